package org.plantbuddy.bridge.http;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import org.plantbuddy.bridge.alert.Decoded;
import org.plantbuddy.bridge.alert.Intake;
import org.plantbuddy.bridge.alert.NotificationDecoder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code POST /notify}: where InfluxDB's notification rule tells changes of level.
 *
 * <p>200 once the alert is in the outbox, or was there, or is about nobody here: InfluxDB sends it again until it gets
 * exactly that. 401, 413, 400 leave nothing but a count; 503 when the database cannot store.
 */
public final class NotifyHandler implements Handler {

    /** Larger bodies are refused; a notification has about 500 bytes. */
    public static final int MAX_BODY = 64 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(NotifyHandler.class);

    private final BearerSecret secret;
    private final Intake intake;
    private final MeterRegistry meters;

    public NotifyHandler(BearerSecret secret, Intake intake, MeterRegistry meters) {
        this.secret = secret;
        this.intake = intake;
        this.meters = meters;
        for (Answer answer : Answer.values()) {
            count(answer, 0); // a series that starts at its first failure shows no rise
        }
    }

    @Override
    public void handle(Context context) throws IOException {
        Answer answer = answer(context);
        count(answer, 1);
        if (answer == Answer.UNAUTHORIZED) {
            context.header("WWW-Authenticate", "Bearer");
        }
        context.status(answer.status).contentType("application/json").result("{\"result\":\"" + answer.text() + "\"}");
    }

    private Answer answer(Context context) throws IOException {
        if (!secret.matches(context.req().getHeader("Authorization"))) {
            return Answer.UNAUTHORIZED;
        }
        byte[] body = read(context.req().getInputStream());
        if (body.length > MAX_BODY) {
            return Answer.TOO_LARGE;
        }
        Decoded decoded = NotificationDecoder.decode(body);
        if (decoded instanceof Decoded.Change change) {
            return accept(change);
        }
        return Answer.MALFORMED;
    }

    /** One byte more than allowed at most: a length header need not be there, nor be true. */
    private static byte[] read(InputStream body) throws IOException {
        return body.readNBytes(MAX_BODY + 1);
    }

    private Answer accept(Decoded.Change change) {
        try {
            return switch (intake.accept(change.alert())) {
                case STORED -> Answer.STORED;
                case REPEATED -> Answer.REPEATED;
                case UNKNOWN -> Answer.UNKNOWN;
            };
        } catch (RuntimeException e) {
            LOG.error(
                    "event=alert_not_stored id={} reason=\"{}\"", change.alert().id(), e.getMessage());
            return Answer.UNAVAILABLE;
        }
    }

    private void count(Answer answer, int calls) {
        meters.counter("plantbuddy.notify.calls", "outcome", answer.text()).increment(calls);
    }

    private enum Answer {
        STORED(200),
        REPEATED(200),
        UNKNOWN(200),
        MALFORMED(400),
        UNAUTHORIZED(401),
        TOO_LARGE(413),
        UNAVAILABLE(503);

        private final int status;

        Answer(int status) {
            this.status = status;
        }

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
