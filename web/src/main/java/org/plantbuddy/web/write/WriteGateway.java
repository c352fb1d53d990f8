package org.plantbuddy.web.write;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.plantbuddy.accounts.DenialSums;
import org.plantbuddy.accounts.DeniedRequest;
import org.plantbuddy.accounts.Devices;
import org.plantbuddy.accounts.FirstTries;
import org.plantbuddy.process.FewLines;
import org.plantbuddy.time.EpochNs;
import org.plantbuddy.topic.Names;
import org.plantbuddy.web.http.Problem;
import org.plantbuddy.web.http.Problems;
import org.plantbuddy.web.http.Routes;
import org.plantbuddy.web.signin.FailedTries;
import org.plantbuddy.web.write.CompactLines.CompactReading;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code POST /write}: readings of boards that only speak HTTP, put on the same road as all others. It answers 200 once
 * the broker has acknowledged every one of them.
 *
 * <p>A board that had no answer sends the same again with the same {@code Idempotency-Key}: the readings keep the time
 * of the first try, so they become the same points and not new ones.
 */
public final class WriteGateway implements Routes {

    private static final Logger log = LoggerFactory.getLogger(WriteGateway.class);

    /** As the broker calls it. */
    private static final String WRONG_CREDENTIALS = "wrong-credentials";

    private static final int LONGEST_KEY = 128;

    private final Devices devices;
    private final FirstTries firstTries;
    private final Optional<ReadingPublisher> publisher;
    private final FailedTries failures;
    private final DenialSums denials;
    private final Clock clock;
    private final FewLines lines = new FewLines();
    private final AtomicLong newestTry = new AtomicLong();

    /**
     * @param publisher empty where the page has no MQTT token: then nothing can be written
     * @param denials of boards that come with a wrong password, for their owners
     */
    public WriteGateway(
            Devices devices,
            FirstTries firstTries,
            Optional<ReadingPublisher> publisher,
            FailedTries failures,
            DenialSums denials,
            Clock clock) {
        this.devices = devices;
        this.firstTries = firstTries;
        this.publisher = publisher;
        this.failures = failures;
        this.denials = denials;
        this.clock = clock;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.post("/write", this::write);
    }

    private void write(Context context) throws InterruptedException {
        Optional<String[]> signedIn = board(context);
        if (signedIn.isEmpty()) {
            failures.answer(context, () -> refuse(context));
            return;
        }
        String[] board = signedIn.get();
        List<CompactReading> readings = CompactLines.read(context.body(), board[0], board[1]);
        OptionalLong time = time(context.header("Idempotency-Key"), board);
        List<ReadingPublisher.Message> messages = new ArrayList<>();
        for (int i = 0; i < readings.size(); i++) {
            CompactReading reading = readings.get(i);
            // A nanosecond apart, so that two readings of one sensor in one body stay two.
            Optional<String> at =
                    time.isPresent() ? Optional.of(Long.toString(time.getAsLong() + i)) : Optional.empty();
            messages.add(new ReadingPublisher.Message(reading.series().topic(), reading.value(), at));
        }
        publisher
                .orElseThrow(() -> new Problem(
                        503, "this server takes no readings over HTTP", "the operator sets PLANTBUDDY_MQTT_TOKEN"))
                .publish(messages);
        context.json(Map.of("result", "OK"));
    }

    /** Empty when it is none of ours, or its credentials are malformed. */
    private Optional<String[]> board(Context context) {
        return BasicCredentials.of(context.header("Authorization")).flatMap(credentials -> {
            String[] names = credentials.username().split("/", -1);
            if (names.length != 2 || !Names.isUser(names[0]) || !Names.isDevice(names[1])) {
                return Optional.empty();
            }
            if (!devices.authenticate(names[0], names[1], credentials.password())) {
                denied(names[0], names[1], context.ip());
                return Optional.empty();
            }
            return Optional.of(names);
        });
    }

    /** Told as the broker tells it of MQTT. */
    private void denied(String user, String device, String address) {
        String reason = "a wrong password for '" + user + "/" + device + "' from " + address
                + " over HTTP: if it was yours, give it the password it has now; if not, somebody guesses, and is"
                + " slowed";
        Instant now = clock.instant();
        denials.addOfName(new DeniedRequest(user, device, WRONG_CREDENTIALS, reason, "", "", 1, 1, now, now));
        if (lines.another(clock.millis())) {
            log.warn("denied={} board={}/{} address={} reason={}", WRONG_CREDENTIALS, user, device, address, reason);
        }
    }

    private static void refuse(Context context) {
        Problem problem = new Problem(
                401,
                "the board's user name or password is missing, wrong or revoked",
                "sign in with what `plantbuddy device add` printed");
        context.header("WWW-Authenticate", "Basic realm=\"plantbuddy\", charset=\"UTF-8\"");
        Problems.answer(problem, context);
    }

    private OptionalLong time(@Nullable String key, String[] board) {
        if (key == null) {
            return OptionalLong.empty();
        }
        if (key.isEmpty() || key.length() > LONGEST_KEY) {
            throw new Problem(400, "the Idempotency-Key is too long or empty", "send 1 to 128 characters");
        }
        return OptionalLong.of(firstTries.timeOf(board[0], board[1], key, nextTry()));
    }

    /** So far behind the one before that each line of both has a time of its own, in ns: no clock is as fine. */
    private long nextTry() {
        long now = EpochNs.of(clock.instant());
        return newestTry.updateAndGet(before -> Math.max(before + CompactLines.MOST, now));
    }
}
