package org.plantbuddy.accounts;

import java.time.LocalDate;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.PreparedBatch;

/** How many readings of each user are stored on a day (UTC), and how many may be. Thread-safe. */
public final class DailyReadings {

    private static final int DAYS_KEPT = 31;
    private static final int ASKED_AT_ONCE = 500;

    private final Jdbi jdbi;
    private final long most;

    /** @param most where nothing else is set for a user */
    DailyReadings(Jdbi jdbi, long most) {
        this.jdbi = jdbi;
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
                            + " COALESCE(d.readings, 0) AS readings FROM users u"
                            + " LEFT JOIN daily_readings d ON d.user_name = u.name AND d.day = :day"
                            + " WHERE u.name IN (<users>)")
                    .bind("most", most)
                    .bind("day", day.toEpochDay())
                    .bindList("users", List.copyOf(some))
                    .map((row, context) -> Map.entry(
                            row.getString("name"), new DailyUse(row.getLong("readings"), row.getLong("most"))))
                    .forEach(use -> uses.put(use.getKey(), use.getValue()));
        }
        return uses;
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
     * Sets how many readings of a user may be stored a day.
     *
     * @param readings 0: no limit; empty: as many as for everybody
     * @throws AccountException when there is no such user, or the number is below 0
     */
    public void limit(String user, OptionalLong readings) {
        if (readings.isPresent() && readings.getAsLong() < 0) {
            throw new AccountException("'" + readings.getAsLong()
                    + "' is no number of readings a day: it must be 1 or more, 0 for no limit, or 'default'");
        }
        int changed = jdbi.withHandle(
                handle -> handle.createUpdate("UPDATE users SET readings_per_day = :most WHERE name = :user")
                        .bind("user", user)
                        .bind("most", readings.isPresent() ? readings.getAsLong() : null)
                        .execute());
        if (changed == 0) {
            throw Users.unknown(user);
        }
    }

    /** Forgets the days that are more than a month past. */
    public void forgetOld(LocalDate today) {
        jdbi.useHandle(handle -> handle.createUpdate("DELETE FROM daily_readings WHERE day < :oldest")
                .bind("oldest", today.minusDays(DAYS_KEPT).toEpochDay())
                .execute());
    }
}
