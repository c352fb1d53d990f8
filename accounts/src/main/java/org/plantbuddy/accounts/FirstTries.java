package org.plantbuddy.accounts;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.plantbuddy.text.Sha256;
import org.plantbuddy.time.EpochNs;

/**
 * When boards first sent what they may send again, by their {@code Idempotency-Key}, for all pages together. Thread-safe.
 *
 * <p>Kept for {@link #KEPT}; of one board at least the newest {@link #KEPT_OF_BOARD} of it.
 */
public final class FirstTries {

    public static final Duration KEPT = Duration.ofDays(1);
    public static final int KEPT_OF_BOARD = 1_000;

    /** How many come between two times that old ones are deleted. */
    private static final int TIDIED_EVERY = 100;

    private final Jdbi jdbi;
    private final Clock clock;
    private final AtomicInteger untidied = new AtomicInteger();

    FirstTries(Jdbi jdbi, Clock clock) {
        this.jdbi = jdbi;
        this.clock = clock;
    }

    /**
     * The time of the first try with this key.
     *
     * @param timeNs epoch ns; the answer, where it is the first
     */
    public long timeOf(String user, String device, String key, long timeNs) {
        String hash = Sha256.hex(key);
        return jdbi.inTransaction(handle -> {
            boolean first = handle.createUpdate("INSERT INTO first_tries (user_name, device_name, key_hash, time_ns)"
                                    + " VALUES (:user, :device, :key, :time)"
                                    + " ON CONFLICT (user_name, device_name, key_hash) DO NOTHING")
                            .bind("user", user)
                            .bind("device", device)
                            .bind("key", hash)
                            .bind("time", timeNs)
                            .execute()
                    == 1;
            if (first) {
                if (untidied.incrementAndGet() % TIDIED_EVERY == 0) {
                    tidy(handle, user, device);
                }
                return timeNs;
            }
            return handle.createQuery("SELECT time_ns FROM first_tries"
                            + " WHERE user_name = :user AND device_name = :device AND key_hash = :key")
                    .bind("user", user)
                    .bind("device", device)
                    .bind("key", hash)
                    .mapTo(Long.class)
                    .one();
        });
    }

    private void tidy(Handle handle, String user, String device) {
        handle.createUpdate("DELETE FROM first_tries WHERE time_ns < :oldest")
                .bind("oldest", EpochNs.of(clock.instant().minus(KEPT)))
                .execute();
        handle.createUpdate(
                        "DELETE FROM first_tries WHERE user_name = :user AND device_name = :device AND time_ns <"
                                + " (SELECT MIN(time_ns) FROM (SELECT time_ns FROM first_tries"
                                + " WHERE user_name = :user AND device_name = :device ORDER BY time_ns DESC LIMIT :kept) newest)")
                .bind("user", user)
                .bind("device", device)
                .bind("kept", KEPT_OF_BOARD)
                .execute();
    }
}
