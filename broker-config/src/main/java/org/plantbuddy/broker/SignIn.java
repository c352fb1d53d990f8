package org.plantbuddy.broker;

import com.hivemq.extension.sdk.api.async.Async;
import com.hivemq.extension.sdk.api.async.TimeoutFallback;
import com.hivemq.extension.sdk.api.auth.SimpleAuthenticator;
import com.hivemq.extension.sdk.api.auth.parameter.SimpleAuthInput;
import com.hivemq.extension.sdk.api.auth.parameter.SimpleAuthOutput;
import com.hivemq.extension.sdk.api.auth.parameter.TopicPermission;
import com.hivemq.extension.sdk.api.packets.auth.DefaultAuthorizationBehaviour;
import com.hivemq.extension.sdk.api.packets.connect.ConnackReasonCode;
import com.hivemq.extension.sdk.api.packets.connect.ConnectPacket;
import com.hivemq.extension.sdk.api.services.builder.Builders;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.plantbuddy.broker.Verdict.Denied;
import org.plantbuddy.topic.Topics;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a client in when its username is a principal's, its password is that principal's and its will is one it may have.
 *
 * <p>The database is asked, and passwords are hashed, on threads of their own: the broker's threads never wait for it. Every
 * way out but the proven one refuses, also a database that fails and a check that takes too long.
 */
final class SignIn implements SimpleAuthenticator {

    private static final Logger log = LoggerFactory.getLogger(SignIn.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    /** A queue of its own is what the bridge has; that of a person's app must not grow without bound. */
    private static final long QUEUE_OF_A_PERSON = 1_000;

    private static final long QUEUE_OF_WEB = 10_000;

    private final Credentials credentials;
    private final SignInThreads threads;
    private final FirstStamps firstStamps;
    private final Revocations revocations;
    private final Denials denials;

    SignIn(
            Credentials credentials,
            SignInThreads threads,
            FirstStamps firstStamps,
            Revocations revocations,
            Denials denials) {
        this.credentials = credentials;
        this.threads = threads;
        this.firstStamps = firstStamps;
        this.revocations = revocations;
        this.denials = denials;
    }

    @Override
    public void onConnect(SimpleAuthInput input, SimpleAuthOutput output) {
        ConnectPacket connect = input.getConnectPacket();
        Optional<Principal> principal = connect.getUserName().flatMap(Principal::of);
        Optional<String> secret = connect.getPassword().map(SignIn::text);
        if (principal.isEmpty() || secret.isEmpty()) {
            Denial denial = connect.getUserName().isEmpty() || secret.isEmpty() ? Denial.ANONYMOUS : Denial.NOT_A_NAME;
            refuse(input, output, denial, ConnackReasonCode.BAD_USER_NAME_OR_PASSWORD);
            return;
        }
        if (!ClientIds.owner(connect.getClientId()).equals(principal)) {
            refuse(input, output, Denial.CLIENT_ID, ConnackReasonCode.CLIENT_IDENTIFIER_NOT_VALID);
            return;
        }
        Async<SimpleAuthOutput> async = output.async(TIMEOUT, TimeoutFallback.FAILURE, ConnackReasonCode.SERVER_BUSY);
        try {
            threads.run(
                    Credentials.isCostly(principal.get(), secret.get()),
                    () -> decide(input, async, principal.get(), secret.get()));
        } catch (RejectedExecutionException e) {
            refuse(input, output, Denial.SIGN_IN_BUSY, ConnackReasonCode.SERVER_BUSY);
            async.resume();
        }
    }

    private void decide(SimpleAuthInput input, Async<SimpleAuthOutput> async, Principal principal, String secret) {
        SimpleAuthOutput output = async.getOutput();
        try {
            String mark = credentials.mark(principal, secret); // first: what changes after it is seen at the next look
            if (credentials.prove(principal, secret)) {
                admit(input, output, principal, mark);
            } else {
                refuse(input, output, Denial.WRONG_CREDENTIALS, ConnackReasonCode.BAD_USER_NAME_OR_PASSWORD);
            }
        } catch (RuntimeException e) {
            log.error(
                    "signIn=failed client={} cause={}",
                    input.getClientInformation().getClientId(),
                    rootMessage(e));
            refuse(input, output, Denial.SIGN_IN_FAILED, ConnackReasonCode.SERVER_UNAVAILABLE);
        } finally {
            async.resume();
        }
    }

    private void admit(SimpleAuthInput input, SimpleAuthOutput output, Principal principal, String mark) {
        ConnectPacket connect = input.getConnectPacket();
        Optional<Verdict> will = connect.getWillPublish().map(packet -> Rights.will(principal, packet.getTopic()));
        if (will.isPresent() && will.get() instanceof Denied denied) {
            count(input, denied.denial(), denied.reason());
            output.failAuthentication(ConnackReasonCode.NOT_AUTHORIZED, denied.reason());
            return;
        }
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

    private void refuse(SimpleAuthInput input, SimpleAuthOutput output, Denial denial, ConnackReasonCode code) {
        count(input, denial, "sign-in refused: " + denial.label());
        output.failAuthentication(code, "sign-in refused");
    }

    private void count(SimpleAuthInput input, Denial denial, String reason) {
        denials.add(
                denial, input.getConnectPacket().getClientId(), Addresses.of(input.getConnectionInformation()), reason);
    }

    /** The innermost message alone: those around it print statements with their arguments. */
    private static String rootMessage(Throwable failure) {
        Throwable at = failure;
        for (Throwable next = at.getCause(); next != null; next = at.getCause()) {
            at = next;
        }
        return String.valueOf(at.getMessage());
    }

    private static String text(ByteBuffer password) {
        return StandardCharsets.UTF_8.decode(password.duplicate()).toString();
    }
}
