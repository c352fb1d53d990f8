package org.plantbuddy.accounts;

import java.time.Clock;
import java.time.LocalDate;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.plantbuddy.topic.Names;

/** How many readings of each user are stored on a day (UTC), and how many may be. Thread-safe. */
public final class DailyReadings {

    private static final int DAYS_KEPT = 31;
    private static final int ASKED_AT_ONCE = 500;

    private final Jdbi jdbi;
    private final Clock clock;
    private final long most;

    /** @param most where nothing else is set for a user */
    DailyReadings(Jdbi jdbi, Clock clock, long most) {
        this.jdbi = jdbi;
        this.clock = clock;
        this.most = most;
    }

    /**
     * Adds what a bridge stored; all of it or, when the database fails, nothing.
     *
     * @param readings by user; 0 of one whose use is asked for only
     * @return their use of the day, all bridges' together; nothing of users who are not known
     */
    public Map<String, DailyUse> add(LocalDate day, Map<String, Long> readings) {
        if (readings.isEmpty()) {
            return Map.of();
        }
        return jdbi.inTransaction(handle -> {
            PreparedBatch batch = handle.prepareBatch("INSERT INTO daily_readings (user_name, day, readings)"
                    + " SELECT name, :day, :more FROM users WHERE name = :user"
                    + " ON CONFLICT (user_name, day) DO UPDATE SET"
                    + " readings = daily_readings.readings + excluded.readings");
            // In one order, so that several bridges do not wait for each other in a circle.
            new TreeMap<>(readings).forEach((user, more) -> {
                if (more > 0) {
                    batch.bind("user", user)
                            .bind("day", day.toEpochDay())
                            .bind("more", more)
                            .add();
                }
            });
            if (batch.size() > 0) {
                batch.execute();
            }
            return uses(handle, List.copyOf(readings.keySet()), day);
        });
    }

    private Map<String, DailyUse> uses(Handle handle, List<String> users, LocalDate day) {
        Map<String, DailyUse> uses = new HashMap<>();
        for (int from = 0; from < users.size(); from += ASKED_AT_ONCE) {
            Collection<String> some = users.subList(from, Math.min(users.size(), from + ASKED_AT_ONCE));
            handle.createQuery("SELECT u.name, COALESCE(u.readings_per_day, :most) AS most,"
                            + " COALESCE(d.readings, 0) AS readings, COALESCE(u.keep_ms, 0) AS keep FROM users u"
                            + " LEFT JOIN daily_readings d ON d.user_name = u.name AND d.day = :day"
                            + " WHERE u.name IN (<users>)")
                    .bind("most", most)
                    .bind("day", day.toEpochDay())
                    .bindList("users", List.copyOf(some))
                    .map((row, context) -> Map.entry(
                            row.getString("name"),
                            new DailyUse(row.getLong("readings"), row.getLong("most"), keep(row.getLong("keep")))))
                    .forEach(use -> uses.put(use.getKey(), use.getValue()));
        }
        return uses;
    }

    private static long keep(long ms) {
        return ms == 0 ? 0 : Limit.KEEP.held(ms);
    }

    /**
     * A user's day.
     *
     * @throws AccountException when there is no such user
     */
    public DailyUse of(String user, LocalDate day) {
        DailyUse use =
                jdbi.withHandle(handle -> uses(handle, List.of(user), day)).get(user);
        if (use == null) {
            throw Users.unknown(user);
        }
        return use;
    }

    /**
     * Users with what they have and store, those who stored most today first.
     *
     * @param atMost so many
     */
    public List<Usage> usage(LocalDate today, int atMost) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT u.name, u.operator,"
                        + " COALESCE(u.readings_per_day, :most) AS most, COALESCE(r.readings, 0) AS readings,"
                        + " (SELECT COUNT(*) FROM devices d WHERE d.user_name = u.name) AS boards,"
                        + " (SELECT COUNT(*) FROM devices d WHERE d.user_name = u.name AND d.token_hash IS NOT NULL)"
                        + " AS active, EXISTS (SELECT 1 FROM password_links l WHERE l.user_name = u.name"
                        + " AND l.expires_at > :now) AS invited"
                        + " FROM users u LEFT JOIN daily_readings r ON r.user_name = u.name AND r.day = :day"
                        + " WHERE u.name <> :canary ORDER BY readings DESC, u.name LIMIT :at_most")
                .bind("most", most)
                .bind("day", today.toEpochDay())
                .bind("canary", Names.CANARY)
                .bind("now", clock.millis())
                .bind("at_most", atMost)
                .map((row, context) -> new Usage(
                        row.getString("name"),
                        row.getInt("operator") == 1,
                        row.getBoolean("invited"),
                        row.getInt("boards"),
                        row.getInt("active"),
                        new DailyUse(row.getLong("readings"), row.getLong("most"))))
                .list());
    }

    /** Forgets the days that are more than a month past. */
    public void forgetOld(LocalDate today) {
        jdbi.useHandle(handle -> handle.createUpdate("DELETE FROM daily_readings WHERE day < :oldest")
                .bind("oldest", today.minusDays(DAYS_KEPT).toEpochDay())
                .execute());
    }
}
