package org.plantbuddy.accounts;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jdbi.v3.core.ConnectionFactory;
import org.jspecify.annotations.Nullable;
import org.plantbuddy.process.Deadline;
import org.sqlite.SQLiteConnection;

/**
 * Connections from the pool; while none can be had, one caller at a time finds that out, and all others are told at once.
 * Otherwise each would wait for as long as the pool does, and sign-ins would queue for minutes. Thread-safe.
 */
final class PooledConnections implements ConnectionFactory {

    /** After a failure, so long nobody tries again. */
    private static final long BELIEVED_NANOS = Duration.ofSeconds(1).toNanos();

    /** For others who write into the same file. */
    static final Duration WRITERS_WITHIN = Duration.ofSeconds(10);

    private final HikariDataSource pool;
    private final AtomicReference<@Nullable Outage> outage = new AtomicReference<>();

    private record Outage(long nextTry, @Nullable String reason) {}

    PooledConnections(HikariDataSource pool) {
        this.pool = pool;
    }

    @Override
    public Connection openConnection() throws SQLException {
        Outage before = outage.get();
        if (before != null && !mayTry(before)) {
            throw new SQLTransientConnectionException("the accounts database does not answer: " + before.reason);
        }
        try {
            Connection connection = pool.getConnection();
            outage.set(null);
            limitWaits(connection);
            return connection;
        } catch (SQLTransientConnectionException e) { // the pool's own: no connection in time
            outage.set(outage(e.getMessage()));
            throw e;
        }
    }

    /** A statement takes no longer than whoever asks may wait: for a server that hangs, or for who writes into a file. */
    private static void limitWaits(Connection connection) throws SQLException {
        if (connection.isWrapperFor(SQLiteConnection.class)) {
            connection.unwrap(SQLiteConnection.class).setBusyTimeout((int)
                    Deadline.atMost(WRITERS_WITHIN).toMillis());
        } else if (Deadline.isSet()) { // the pool sets it back
            int usual = connection.getNetworkTimeout();
            Duration most = usual == 0 ? Duration.ofDays(1) : Duration.ofMillis(usual);
            connection.setNetworkTimeout(
                    Runnable::run, (int) Deadline.atMost(most).toMillis());
        }
    }

    /** Whoever is let through moves the time for the others. */
    private boolean mayTry(Outage before) {
        return System.nanoTime() - before.nextTry >= 0
                && outage.compareAndSet(
                        before, new Outage(System.nanoTime() + pool.getConnectionTimeout() * 1_000_000, before.reason));
    }

    private static Outage outage(@Nullable String reason) {
        return new Outage(System.nanoTime() + BELIEVED_NANOS, reason);
    }

    @Override
    public void closeConnection(Connection connection) throws SQLException {
        connection.close();
    }
}
