package org.plantbuddy.accounts;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.StatementContext;

/**
 * What boards and people asked of the broker and did not get. The broker adds, bridges publish, the page shows. Of each board
 * there is one row for each kind, with the newest reason. Thread-safe.
 */
public final class DeniedRequests {

    /** One that has not come again for so long is mended, or nobody cares. */
    public static final Duration KEPT = Duration.ofDays(7);

    /** So long after it was published it is published again, if it came again; also when its bridge died meanwhile. */
    public static final Duration TOLD_AGAIN = Duration.ofMinutes(1);

    private static final int PUBLISHED_OF_A_USER = 10;
    /** Characters that are kept of a reason, a topic and a payload. */
    public static final int MAX_REASON = 512;

    public static final int MAX_TOPIC = 256;
    public static final int MAX_PAYLOAD = 128;

    /** Broker and bridges take rows in the same order, so that none waits for another in a circle. */
    private static final Comparator<DeniedRequest> IN_ORDER = Comparator.comparing(DeniedRequest::user)
            .thenComparing(DeniedRequest::device)
            .thenComparing(DeniedRequest::kind);

    private final Jdbi jdbi;
    private final Clock clock;

    DeniedRequests(Jdbi jdbi, Clock clock) {
        this.jdbi = jdbi;
        this.clock = clock;
    }

    /** Adds all or, when the database fails, none. What is of a user or a board that is not known is ignored. */
    public void add(Collection<DeniedRequest> denied) {
        if (denied.isEmpty()) {
            return;
        }
        jdbi.useTransaction(handle -> {
            PreparedBatch batch =
                    handle.prepareBatch("INSERT INTO denials (user_name, device_name, kind, reason, topic,"
                            + " payload, times, untold, first_at, last_at, next_at)"
                            + " SELECT name, :device, :kind, :reason, :topic, :payload, :times, :untold, :first, :last, 0"
                            + " FROM users WHERE name = :user AND (:device = '' OR EXISTS (SELECT 1 FROM devices d"
                            + " WHERE d.user_name = :user AND d.name = :device))"
                            + " ON CONFLICT (user_name, device_name, kind) DO UPDATE SET reason = excluded.reason,"
                            + " topic = excluded.topic, payload = excluded.payload,"
                            + " times = denials.times + excluded.times, untold = denials.untold + excluded.untold,"
                            + " last_at = excluded.last_at");
            denied.stream()
                    .sorted(IN_ORDER)
                    .forEach(each -> batch.bind("user", each.user())
                            .bind("device", each.device())
                            .bind("kind", each.kind())
                            .bind("reason", RefusedReadings.cut(each.reason(), MAX_REASON))
                            .bind("topic", RefusedReadings.cut(each.topic(), MAX_TOPIC))
                            .bind("payload", RefusedReadings.cut(each.payload(), MAX_PAYLOAD))
                            .bind("times", each.times())
                            .bind("untold", each.untold())
                            .bind("first", each.first().toEpochMilli())
                            .bind("last", each.last().toEpochMilli())
                            .add());
            batch.execute();
        });
    }

    /** Of all users, the newest first. */
    public List<DeniedRequest> newest(int most) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT * FROM denials WHERE last_at >= :since"
                        + " ORDER BY last_at DESC, user_name, device_name, kind LIMIT :most")
                .bind("since", clock.millis() - KEPT.toMillis())
                .bind("most", most)
                .map(DeniedRequests::denied)
                .list());
    }

    /** Of all the user's boards and clients, the newest first. */
    public List<DeniedRequest> of(String user) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT * FROM denials WHERE user_name = :user"
                        + " AND last_at >= :since ORDER BY last_at DESC, device_name, kind")
                .bind("user", user)
                .bind("since", clock.millis() - KEPT.toMillis())
                .map(DeniedRequests::denied)
                .list());
    }

    /**
     * Gives one bridge what is to be published, and has no other publish it for {@link #TOLD_AGAIN}; then it is given again,
     * unless it was {@link #told}.
     *
     * @return a few of each user, those that have waited longest first
     */
    public List<DeniedRequest> claim(int limit) {
        long now = clock.millis();
        List<DeniedRequest> next = jdbi.withHandle(handle -> handle.createQuery("SELECT * FROM (SELECT denials.*,"
                        + " ROW_NUMBER() OVER (PARTITION BY user_name ORDER BY next_at, last_at) AS place"
                        + " FROM denials WHERE untold > 0 AND next_at <= :now) waiting"
                        + " WHERE place <= :each ORDER BY next_at, last_at LIMIT :limit")
                .bind("now", now)
                .bind("each", PUBLISHED_OF_A_USER)
                .bind("limit", limit)
                .map(DeniedRequests::denied)
                .list());
        if (next.isEmpty()) {
            return next; // and nobody is kept from writing
        }
        return jdbi.inTransaction(handle -> next.stream()
                .sorted(IN_ORDER)
                .filter(each -> handle.createUpdate("UPDATE denials SET next_at = :again WHERE user_name = :user"
                                        + " AND device_name = :device AND kind = :kind AND next_at <= :now")
                                .bind("again", now + TOLD_AGAIN.toMillis())
                                .bind("user", each.user())
                                .bind("device", each.device())
                                .bind("kind", each.kind())
                                .bind("now", now)
                                .execute()
                        > 0)
                .toList());
    }

    /** The broker has acknowledged the publication of one that was claimed: what came since is still to be published. */
    public void told(DeniedRequest claimed) {
        jdbi.useHandle(handle -> handle.createUpdate("UPDATE denials SET untold = times - :times"
                        + " WHERE user_name = :user AND device_name = :device AND kind = :kind AND first_at = :first")
                .bind("times", claimed.times())
                .bind("user", claimed.user())
                .bind("device", claimed.device())
                .bind("kind", claimed.kind())
                .bind("first", claimed.first().toEpochMilli())
                .execute());
    }

    /** How many boards and people each kind has been of since then. */
    public Map<String, Long> byKind(Instant since) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "SELECT kind, COUNT(*) AS owners FROM denials WHERE last_at >= :since GROUP BY kind")
                .bind("since", since.toEpochMilli())
                .map((row, context) -> Map.entry(row.getString("kind"), row.getLong("owners")))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
    }

    /** Forgets what has not come again for {@link #KEPT}. */
    public void forgetOld() {
        jdbi.useHandle(handle -> handle.createUpdate("DELETE FROM denials WHERE last_at < :before")
                .bind("before", clock.millis() - KEPT.toMillis())
                .execute());
    }

    private static DeniedRequest denied(ResultSet row, StatementContext context) throws SQLException {
        return new DeniedRequest(
                row.getString("user_name"),
                row.getString("device_name"),
                row.getString("kind"),
                row.getString("reason"),
                row.getString("topic"),
                row.getString("payload"),
                row.getLong("times"),
                row.getLong("untold"),
                Instant.ofEpochMilli(row.getLong("first_at")),
                Instant.ofEpochMilli(row.getLong("last_at")));
    }
}
