package org.plantbuddy.broker.signin;

import com.hivemq.extension.sdk.api.async.Async;
import com.hivemq.extension.sdk.api.async.TimeoutFallback;
import com.hivemq.extension.sdk.api.client.parameter.ConnectionAttributeStore;
import com.hivemq.extension.sdk.api.interceptor.connect.ConnectInboundInterceptor;
import com.hivemq.extension.sdk.api.interceptor.connect.parameter.ConnectInboundInput;
import com.hivemq.extension.sdk.api.interceptor.connect.parameter.ConnectInboundOutput;
import com.hivemq.extension.sdk.api.packets.connect.ConnectPacket;
import com.hivemq.extension.sdk.api.packets.general.MqttVersion;
import com.hivemq.extension.sdk.api.packets.general.Qos;
import com.hivemq.extension.sdk.api.packets.publish.ModifiableConnectPacket;
import com.hivemq.extension.sdk.api.services.builder.Builders;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.plantbuddy.accounts.AccountsUnavailableException;
import org.plantbuddy.broker.access.Addresses;
import org.plantbuddy.broker.access.ClientIds;
import org.plantbuddy.broker.access.Denial;
import org.plantbuddy.broker.access.Principal;
import org.plantbuddy.broker.access.Rights;
import org.plantbuddy.broker.access.Verdict.Denied;
import org.plantbuddy.broker.arrival.ConnectionStamp;
import org.plantbuddy.broker.arrival.Stamps;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at who connects before the broker knows the client by an id: proves what can be proven in no time, which is every
 * token, certificate and password that was right before, and gives the client its id accordingly. {@link SignIn} reads what came of
 * it, and decides.
 *
 * <p>Only a client that is proven, or whose password is yet to be hashed, gets the id of its session. Those that are refused
 * get one of their own, and so hold up nobody. The database is asked on threads of our own.
 */
public final class ConnectInterceptor implements ConnectInboundInterceptor {

    private static final Logger LOG = LoggerFactory.getLogger(ConnectInterceptor.class);
    private static final String OUTCOME = "plantbuddy-sign-in";
    private static final String MARK = "plantbuddy-mark";
    private static final String CERTIFICATE = "plantbuddy-certificate";
    private static final String CERTIFICATE_REASON = "plantbuddy-certificate-reason";
    private static final String WILL_DENIAL = "plantbuddy-will-denial";
    private static final String WILL_REASON = "plantbuddy-will-reason";

    /** Of a client that asks for none. The broker's own longest, of config.xml, is a second more: it lets nobody set that. */
    public static final int LONGEST_KEEP_ALIVE_S = 1_799;

    /** What came of it. */
    enum Outcome {
        PROVEN,
        /** The password has to be hashed. */
        OPEN,
        WRONG,
        /** What it says of itself is not what its certificate says, or the certificate stands for nobody any more. */
        WRONG_CERTIFICATE,
        /** Too many tries from there for this name: the password was not looked at. */
        TOO_MANY_TRIES,
        BUSY,
        FAILED
    }

    private final Credentials credentials;
    private final KnownPasswords known;
    private final FailedSignIns failures;
    private final SignInThreads threads;
    private final Stamps stamps;

    public ConnectInterceptor(
            Credentials credentials,
            KnownPasswords known,
            FailedSignIns failures,
            SignInThreads threads,
            Stamps stamps) {
        this.credentials = credentials;
        this.known = known;
        this.failures = failures;
        this.threads = threads;
        this.stamps = stamps;
    }

    @Override
    public void onConnect(ConnectInboundInput input, ConnectInboundOutput output) {
        ConnectPacket connect = input.getConnectPacket();
        Optional<BoardCertificate> certificate = credentials.certificate(input.getConnectionInformation());
        if (certificate.isPresent()) {
            onConnect(input, output, certificate.get());
            return;
        }
        Optional<Principal> principal = principal(connect);
        Optional<String> secret = secret(connect);
        if (principal.isEmpty() || secret.isEmpty()) {
            output.getConnectPacket().setClientId(ClientIds.ofNobody(connect.getClientId()));
            return; // SignIn refuses it
        }
        later(input, output, principal.get(), out -> look(input, out, principal.get(), secret.get()));
    }

    /** Who shows a certificate is who that says, and nobody else, whatever password comes with it. */
    private void onConnect(ConnectInboundInput input, ConnectInboundOutput output, BoardCertificate certificate) {
        ConnectionAttributeStore attributes = input.getConnectionInformation().getConnectionAttributeStore();
        Optional<String> problem = certificate.problem(input.getConnectPacket().getUserName());
        problem.ifPresent(reason -> attributes.putAsString(CERTIFICATE_REASON, reason));
        attributes.putAsString(CERTIFICATE, certificate.name());
        if (certificate.board().isEmpty()) {
            output.getConnectPacket()
                    .setClientId(ClientIds.ofNobody(input.getConnectPacket().getClientId()));
            attributes.putAsString(OUTCOME, Outcome.WRONG_CERTIFICATE.name());
            return;
        }
        Principal.Board board = certificate.board().get();
        output.getConnectPacket().setUserName(board.username());
        if (problem.isPresent()) {
            conclude(input, output, board, Outcome.WRONG_CERTIFICATE, "");
            return;
        }
        later(input, output, board, out -> {
            String mark = credentials.markOfCertificate(board); // first, as below
            boolean stands = credentials.prove(board, certificate);
            conclude(input, out, board, stands ? Outcome.PROVEN : Outcome.WRONG_CERTIFICATE, mark);
        });
    }

    private void later(
            ConnectInboundInput input,
            ConnectInboundOutput output,
            Principal principal,
            Consumer<ConnectInboundOutput> look) {
        Async<ConnectInboundOutput> async = output.async(SignIn.TIMEOUT, TimeoutFallback.FAILURE);
        try {
            threads.run(() -> {
                try {
                    look.accept(async.getOutput());
                } catch (RuntimeException e) {
                    LOG.error(
                            "event=sign_in_failed username={} cause=\"{}\"",
                            principal.username(),
                            AccountsUnavailableException.rootMessage(e));
                    conclude(input, async.getOutput(), principal, Outcome.FAILED, "");
                } finally {
                    async.resume();
                }
            });
        } catch (RejectedExecutionException e) {
            conclude(input, output, principal, Outcome.BUSY, "");
            async.resume();
        }
    }

    private void look(ConnectInboundInput input, ConnectInboundOutput output, Principal principal, String secret) {
        String mark = credentials.mark(principal, secret); // first: what changes after it is seen at the next look
        conclude(input, output, principal, outcome(input, principal, secret, mark), mark);
    }

    private Outcome outcome(ConnectInboundInput input, Principal principal, String secret, String mark) {
        if (!Credentials.isCostly(principal, secret)) {
            return credentials.prove(principal, secret) ? Outcome.PROVEN : Outcome.WRONG;
        }
        if (known.contains(principal.username(), secret, mark)) {
            return Outcome.PROVEN;
        }
        String network = Addresses.network(input.getConnectionInformation());
        return failures.mayTry(network, principal.username()) ? Outcome.OPEN : Outcome.TOO_MANY_TRIES;
    }

    private void conclude(
            ConnectInboundInput input, ConnectInboundOutput output, Principal principal, Outcome outcome, String mark) {
        boolean mayGetIn = outcome == Outcome.PROVEN || outcome == Outcome.OPEN;
        output.getConnectPacket()
                .setClientId(
                        mayGetIn
                                ? ClientIds.bound(
                                        principal, input.getConnectPacket().getClientId())
                                : ClientIds.apart(principal));
        ConnectionAttributeStore attributes = input.getConnectionInformation().getConnectionAttributeStore();
        attributes.putAsString(MARK, mark);
        attributes.putAsString(OUTCOME, outcome.name());
        lowerQosOfWill(input.getConnectPacket(), output.getConnectPacket());
        takeOffWill(principal, output.getConnectPacket(), attributes);
        boundKeepAlive(output.getConnectPacket());
        ConnectionStamp.put(stamps.next(), attributes, output.getConnectPacket());
    }

    /** QoS 2 is not offered, and HiveMQ would refuse the client before anybody can tell. Made anew: setting its QoS does nothing. */
    private static void lowerQosOfWill(ConnectPacket came, ModifiableConnectPacket connect) {
        came.getWillPublish()
                .filter(will -> will.getQos() == Qos.EXACTLY_ONCE)
                .ifPresent(will -> connect.setWillPublish(Builders.willPublish()
                        .fromWillPublish(will)
                        .qos(Qos.AT_LEAST_ONCE)
                        .build()));
    }

    private static void takeOffWill(
            Principal principal, ModifiableConnectPacket connect, ConnectionAttributeStore attributes) {
        connect.getWillPublish()
                .flatMap(will -> Rights.takenOff(principal, will))
                .ifPresent(denied -> {
                    attributes.putAsString(WILL_DENIAL, denied.denial().name());
                    attributes.putAsString(WILL_REASON, "will taken off: " + denied.reason());
                    connect.setWillPublish(null);
                });
    }

    /** The broker itself bounds that of MQTT 5 only, which has a way to tell the client. */
    private static void boundKeepAlive(ModifiableConnectPacket connect) {
        if (connect.getKeepAlive() == 0 && connect.getMqttVersion() != MqttVersion.V_5) {
            connect.setKeepAlive(LONGEST_KEEP_ALIVE_S);
        }
    }

    /** Why this connection's will was taken off, if it was. */
    static Optional<Denied> willTakenOff(ConnectionAttributeStore attributes) {
        return attributes
                .getAsString(WILL_DENIAL)
                .map(denial -> new Denied(
                        Denial.valueOf(denial),
                        attributes.getAsString(WILL_REASON).orElse("")));
    }

    /** What came of the look at this connection. */
    static Outcome outcome(ConnectionAttributeStore attributes) {
        return attributes.getAsString(OUTCOME).map(Outcome::valueOf).orElse(Outcome.FAILED);
    }

    /** The common name of the certificate that the client has shown, where certificates count. */
    static Optional<String> certificate(ConnectionAttributeStore attributes) {
        return attributes.getAsString(CERTIFICATE);
    }

    /** What is wrong between certificate and CONNECT, where it is not that the board was revoked. */
    static Optional<String> certificateProblem(ConnectionAttributeStore attributes) {
        return attributes.getAsString(CERTIFICATE_REASON);
    }

    /** The password was hashed, and is right. */
    static void prove(ConnectionAttributeStore attributes) {
        attributes.putAsString(OUTCOME, Outcome.PROVEN.name());
    }

    /** The mark of what was proven, from before it was. */
    static String mark(ConnectionAttributeStore attributes) {
        return attributes.getAsString(MARK).orElse("");
    }

    static Optional<Principal> principal(ConnectPacket connect) {
        return connect.getUserName().flatMap(Principal::of);
    }

    static Optional<String> secret(ConnectPacket connect) {
        return connect.getPassword().map(ConnectInterceptor::text);
    }

    private static String text(ByteBuffer password) {
        return StandardCharsets.UTF_8.decode(password.duplicate()).toString();
    }
}
