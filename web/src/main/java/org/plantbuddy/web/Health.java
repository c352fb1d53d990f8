package org.plantbuddy.web;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.BoundedQuestion;
import org.plantbuddy.watch.Part;
import org.plantbuddy.web.series.SeriesSource;

/**
 * {@code /healthz}: 200 as long as people can sign in, 503 when they cannot. InfluxDB is reported but does not fail it:
 * the page still shows what it has, and a restart of the page would not help.
 */
final class Health {

    private static final Duration PROBED_EVERY = Duration.ofSeconds(5);

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final LoadingCache<String, Boolean> answers;

    Health(Accounts accounts, SeriesSource source) {
        BoundedQuestion<Boolean> influxdb = new BoundedQuestion<>("influxdb-answers", PATIENCE, source::answers);
        this.answers = Caffeine.newBuilder()
                .expireAfterWrite(PROBED_EVERY)
                .build(part -> part.equals("accounts")
                        ? accounts.answers()
                        : influxdb.answer().orElse(false));
    }

    /** The same for those who watch. */
    List<Part> parts() {
        return Stream.of("accounts", "influxdb")
                .map(part -> new Part(
                        part, () -> answers.get(part) ? Optional.empty() : Optional.of("it does not answer the page")))
                .toList();
    }

    void show(Context context) {
        boolean accounts = answers.get("accounts");
        boolean influxdb = answers.get("influxdb");
        String status = !accounts ? "down" : influxdb ? "ok" : "degraded";
        context.status(accounts ? 200 : 503).json(new Body(status, word(accounts), word(influxdb)));
    }

    private static String word(boolean answers) {
        return answers ? "ok" : "down";
    }

    record Body(String status, String accounts, String influxdb) {}
}
