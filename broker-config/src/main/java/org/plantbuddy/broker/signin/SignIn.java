package org.plantbuddy.broker.signin;

import com.hivemq.extension.sdk.api.async.Async;
import com.hivemq.extension.sdk.api.async.TimeoutFallback;
import com.hivemq.extension.sdk.api.auth.SimpleAuthenticator;
import com.hivemq.extension.sdk.api.auth.parameter.SimpleAuthInput;
import com.hivemq.extension.sdk.api.auth.parameter.SimpleAuthOutput;
import com.hivemq.extension.sdk.api.auth.parameter.TopicPermission;
import com.hivemq.extension.sdk.api.client.parameter.ConnectionAttributeStore;
import com.hivemq.extension.sdk.api.packets.auth.DefaultAuthorizationBehaviour;
import com.hivemq.extension.sdk.api.packets.connect.ConnackReasonCode;
import com.hivemq.extension.sdk.api.packets.connect.ConnectPacket;
import com.hivemq.extension.sdk.api.packets.general.MqttVersion;
import com.hivemq.extension.sdk.api.services.builder.Builders;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.plantbuddy.accounts.AccountsUnavailableException;
import org.plantbuddy.broker.access.Addresses;
import org.plantbuddy.broker.access.ClientIds;
import org.plantbuddy.broker.access.Denial;
import org.plantbuddy.broker.access.Denials;
import org.plantbuddy.broker.access.Principal;
import org.plantbuddy.broker.access.Quotas;
import org.plantbuddy.broker.access.Rights;
import org.plantbuddy.broker.access.Verdict;
import org.plantbuddy.broker.access.Verdict.Denied;
import org.plantbuddy.broker.arrival.ConnectionStamp;
import org.plantbuddy.broker.arrival.PublishInterceptor;
import org.plantbuddy.broker.arrival.ResendStamps;
import org.plantbuddy.topic.Topics;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a client in when {@link ConnectInterceptor} has proven it, or its password proves right here, and its will is one it may have
 * or was taken off.
 *
 * <p>Passwords are hashed on threads of their own: the broker's threads never wait for it. Every way out but the proven one
 * refuses, also a database that fails and a check that takes too long.
 */
public final class SignIn implements SimpleAuthenticator {

    static final Duration TIMEOUT = Duration.ofSeconds(20);

    private static final Logger LOG = LoggerFactory.getLogger(SignIn.class);

    /** A queue of its own is what the bridge has; that of a person's app must not grow without bound. */
    private static final long QUEUE_OF_A_PERSON = 1_000;

    private static final long QUEUE_OF_WEB = 10_000;

    /** Each costs a connection; whoever guesses with more at once is answered at once. */
    private static final int HELD_BACK_AT_MOST = 5_000;

    /** Of one that was sent away, or signs in again and again, which costs the broker as much as a flood. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(3);

    private final Credentials credentials;
    private final KnownPasswords known;
    private final FailedSignIns failures;
    private final SignInThreads threads;
    private final Quotas quotas;
    private final ResendStamps firstStamps;
    private final Revocations revocations;
    private final Sessions sessions;
    private final ScheduledExecutorService later;
    private final AnonymousProbe probe;
    private final Denials denials;
    private final AtomicInteger heldBack = new AtomicInteger();

    public SignIn(
            Credentials credentials,
            KnownPasswords known,
            FailedSignIns failures,
            SignInThreads threads,
            Quotas quotas,
            ResendStamps firstStamps,
            Revocations revocations,
            Sessions sessions,
            ScheduledExecutorService later,
            AnonymousProbe probe,
            Denials denials) {
        this.credentials = credentials;
        this.known = known;
        this.failures = failures;
        this.threads = threads;
        this.quotas = quotas;
        this.firstStamps = firstStamps;
        this.revocations = revocations;
        this.sessions = sessions;
        this.later = later;
        this.probe = probe;
        this.denials = denials;
    }

    @Override
    public void onConnect(SimpleAuthInput input, SimpleAuthOutput output) {
        ConnectPacket connect = input.getConnectPacket();
        Optional<Principal> principal = ConnectInterceptor.principal(connect);
        Optional<String> secret = ConnectInterceptor.secret(connect);
        ConnectionAttributeStore attributes = input.getConnectionInformation().getConnectionAttributeStore();
        Optional<String> certificate = ConnectInterceptor.certificate(attributes);
        if (ConnectInterceptor.outcome(attributes) == ConnectInterceptor.Outcome.WRONG_CERTIFICATE) {
            refuse(input, output, Denial.WRONG_CERTIFICATE, ConnackReasonCode.NOT_AUTHORIZED);
            holdBack(
                    output,
                    failures.failed(Addresses.network(input.getConnectionInformation()), certificate.orElse("")));
            return;
        }
        if (principal.isEmpty() || (secret.isEmpty() && certificate.isEmpty())) {
            if (connect.getUserName().isEmpty() || secret.isEmpty()) {
                refuse(input, output, Denial.ANONYMOUS, ConnackReasonCode.BAD_USER_NAME_OR_PASSWORD);
            } else {
                String why = "sign-in refused: "
                        + Principal.problem(connect.getUserName().get());
                count(input, new Denied(Denial.NOT_A_NAME, why));
                output.failAuthentication(ConnackReasonCode.BAD_USER_NAME_OR_PASSWORD, why);
            }
            return;
        }
        if (!ClientIds.owner(connect.getClientId()).equals(principal)) {
            refuse(input, output, Denial.CLIENT_ID, ConnackReasonCode.CLIENT_IDENTIFIER_NOT_VALID);
            return;
        }
        switch (ConnectInterceptor.outcome(attributes)) {
            case PROVEN -> proven(input, output, principal.get(), attributes);
            case OPEN -> hash(input, output, principal.get(), secret.orElseThrow());
            case WRONG, WRONG_CERTIFICATE -> {
                refuse(input, output, Denial.WRONG_CREDENTIALS, ConnackReasonCode.BAD_USER_NAME_OR_PASSWORD);
                holdBack(output, failed(input, principal.get()));
            }
            case TOO_MANY_TRIES -> {
                refuse(input, output, Denial.TOO_MANY_TRIES, ConnackReasonCode.SERVER_BUSY);
                holdBack(output, failed(input, principal.get()));
            }
            case BUSY -> refuse(input, output, Denial.SIGN_IN_BUSY, ConnackReasonCode.SERVER_BUSY);
            case FAILED -> refuse(input, output, Denial.SIGN_IN_FAILED, ConnackReasonCode.SERVER_UNAVAILABLE);
        }
    }

    private void proven(
            SimpleAuthInput input, SimpleAuthOutput output, Principal principal, ConnectionAttributeStore attributes) {
        OptionalLong wait = quotas.signIn(principal, LONGEST_WAIT);
        if (quotas.isSentAway(principal) || !hasTurnForWill(attributes, principal)) {
            refuse(input, output, Denial.QUOTA, ConnackReasonCode.SERVER_BUSY);
            holdBack(output, LONGEST_WAIT);
        } else if (wait.isEmpty()) {
            refuse(input, output, Denial.TOO_OFTEN, ConnackReasonCode.SERVER_BUSY);
            holdBack(output, LONGEST_WAIT);
        } else {
            admit(input, output, principal, ConnectInterceptor.mark(attributes));
            holdBack(output, Duration.ofNanos(wait.getAsLong()));
        }
    }

    /** A will is published without being asked about: whoever breaks off again and again pays when it connects. */
    private boolean hasTurnForWill(ConnectionAttributeStore attributes, Principal principal) {
        long units = ConnectionStamp.willUnits(attributes);
        return units == 0
                || quotas.turn(principal, "", units, PublishInterceptor.HELD_AT_MOST)
                        .isPresent();
    }

    private Duration failed(SimpleAuthInput input, Principal principal) {
        return failures.failed(Addresses.network(input.getConnectionInformation()), principal.username());
    }

    /** Whoever fails again and again has to wait for the answer; it is decided, and only told later. */
    private void holdBack(SimpleAuthOutput output, Duration pause) {
        if (pause.isZero() || heldBack.get() >= HELD_BACK_AT_MOST) {
            return;
        }
        Async<SimpleAuthOutput> async = output.async(TIMEOUT, TimeoutFallback.FAILURE, ConnackReasonCode.SERVER_BUSY);
        denials.slowed();
        heldBack.incrementAndGet();
        try {
            var unused = later.schedule(
                    () -> {
                        heldBack.decrementAndGet();
                        async.resume();
                    },
                    pause.toMillis(),
                    TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) { // the broker stops
            async.resume();
        }
    }

    private void hash(SimpleAuthInput input, SimpleAuthOutput output, Principal principal, String secret) {
        Async<SimpleAuthOutput> async = output.async(TIMEOUT, TimeoutFallback.FAILURE, ConnackReasonCode.SERVER_BUSY);
        String network = Addresses.network(input.getConnectionInformation());
        threads.runCostly(
                network,
                failures.from(network),
                () -> {
                    try {
                        decide(input, async.getOutput(), principal, secret, network);
                    } catch (RuntimeException e) {
                        LOG.error(
                                "event=sign_in_failed client={} cause=\"{}\"",
                                input.getClientInformation().getClientId(),
                                AccountsUnavailableException.rootMessage(e));
                        refuse(input, async.getOutput(), Denial.SIGN_IN_FAILED, ConnackReasonCode.SERVER_UNAVAILABLE);
                    } finally {
                        async.resume();
                    }
                },
                () -> {
                    refuse(input, async.getOutput(), Denial.SIGN_IN_BUSY, ConnackReasonCode.SERVER_BUSY);
                    async.resume();
                });
    }

    private void decide(
            SimpleAuthInput input, SimpleAuthOutput output, Principal principal, String secret, String network) {
        String mark = credentials.mark(principal, secret); // first: what changes after it is seen at the next look
        if (credentials.prove(principal, secret)) {
            known.add(principal.username(), secret, mark);
            failures.succeeded(network, principal.username());
            ConnectInterceptor.prove(input.getConnectionInformation().getConnectionAttributeStore());
            admit(input, output, principal, mark);
        } else {
            // Told at once, as the id is that of a session whose owner must not be held up; the next tries wait.
            var unused = failed(input, principal);
            refuse(input, output, Denial.WRONG_CREDENTIALS, ConnackReasonCode.BAD_USER_NAME_OR_PASSWORD);
        }
    }

    private void admit(SimpleAuthInput input, SimpleAuthOutput output, Principal principal, String mark) {
        ConnectPacket connect = input.getConnectPacket();
        Optional<Verdict> will = connect.getWillPublish().map(packet -> Rights.will(principal, packet.getTopic()));
        if (will.isPresent() && will.get() instanceof Denied denied) {
            count(input, denied);
            output.failAuthentication(ConnackReasonCode.NOT_AUTHORIZED, denied.reason());
            return;
        }
        Optional<Denied> full = sessions.enters(
                principal,
                connect.getClientId(),
                ConnectionStamp.of(input.getConnectionInformation().getConnectionAttributeStore()),
                connect.getSessionExpiryInterval() > 0,
                Addresses.of(input.getConnectionInformation()));
        if (full.isPresent()) {
            count(input, full.get());
            // What MQTT 3.1.1 has for a quota reads as a wrong password; "unavailable" is what it comes to.
            boolean mqtt5 = input.getConnectionInformation().getMqttVersion() == MqttVersion.V_5;
            output.failAuthentication(
                    mqtt5 ? ConnackReasonCode.QUOTA_EXCEEDED : ConnackReasonCode.SERVER_UNAVAILABLE,
                    full.get().reason());
            return;
        }
        ConnectInterceptor.willTakenOff(input.getConnectionInformation().getConnectionAttributeStore())
                .ifPresent(off -> count(input, off));
        if (connect.getCleanStart()) {
            firstStamps.forget(connect.getClientId());
        }
        revocations.signsIn(connect.getClientId(), mark);
        setDefaults(output, principal);
        output.getClientSettings()
                .setClientQueueSizeMaximum(principal == Principal.Service.WEB ? QUEUE_OF_WEB : QUEUE_OF_A_PERSON);
        output.authenticateSuccessfully();
    }

    /**
     * Every publish and subscription is judged by TopicGuard. These defaults are what is left should it not be asked: nothing
     * is allowed but a board's status, which the broker compares a will with once more, here only.
     */
    private static void setDefaults(SimpleAuthOutput output, Principal principal) {
        output.getDefaultPermissions().setDefaultBehaviour(DefaultAuthorizationBehaviour.DENY);
        if (principal instanceof Principal.Board board) {
            output.getDefaultPermissions()
                    .add(Builders.topicPermission()
                            .topicFilter(Topics.status(board.user(), board.device()))
                            .activity(TopicPermission.MqttActivity.PUBLISH)
                            .type(TopicPermission.PermissionType.ALLOW)
                            .build());
        }
    }

    /** The client is told no more than that; the log, and whose name it came with, what to do. */
    private void refuse(SimpleAuthInput input, SimpleAuthOutput output, Denial denial, ConnackReasonCode code) {
        if (!probe.is(input.getConnectPacket().getClientId())) {
            count(input, new Denied(denial, reason(denial, input)));
        }
        output.failAuthentication(code, "sign-in refused");
    }

    private static String reason(Denial denial, SimpleAuthInput input) {
        String username = input.getConnectPacket().getUserName().orElse("");
        String from = "'" + username + "' from " + Addresses.of(input.getConnectionInformation());
        return switch (denial) {
            case WRONG_CREDENTIALS ->
                "a wrong password for " + from
                        + ": if it was yours, give it the password it has now; if not, somebody guesses, and is slowed";
            case WRONG_CERTIFICATE ->
                ConnectInterceptor.certificateProblem(
                                input.getConnectionInformation().getConnectionAttributeStore())
                        .orElse("the certificate of " + from
                                + " is of before the board was added, or the board is revoked:"
                                + " add the board, then make it a new one (plantbuddy tls board)");
            case TOO_MANY_TRIES ->
                "too many wrong passwords for " + from
                        + ": more are looked at once a second only; if they were yours, give the app the password it"
                        + " has now";
            case CLIENT_ID -> "the client id of " + from + " is too long: at most 128 characters";
            case QUOTA -> from + " was sent away for 10 s, as it publishes more than it may: publish less often";
            case TOO_OFTEN ->
                from + " signs in more than " + Quotas.SIGN_INS_A_SECOND
                        + " times a second: stay connected, or wait longer before the next try";
            case SIGN_IN_BUSY ->
                "more sign-ins wait than the broker can look at, that of " + from + " among them: try again later";
            case SIGN_IN_FAILED ->
                "the accounts database did not answer when " + from
                        + " signed in: try again later, or tell who runs the server";
            default -> "sign-in refused: " + denial.label();
        };
    }

    private void count(SimpleAuthInput input, Denied denied) {
        denials.add(denied, ConnectInterceptor.principal(input.getConnectPacket()), input, Optional.empty());
    }
}
