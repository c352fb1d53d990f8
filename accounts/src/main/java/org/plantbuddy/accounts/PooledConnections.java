package org.plantbuddy.accounts;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jdbi.v3.core.ConnectionFactory;
import org.jspecify.annotations.Nullable;

/**
 * Connections from the pool; while none can be had, one caller at a time finds that out, and all others are told at once.
 * Otherwise each would wait for as long as the pool does, and sign-ins would queue for minutes. Thread-safe.
 */
final class PooledConnections implements ConnectionFactory {

    /** After a failure, so long nobody tries again. */
    private static final long BELIEVED_NANOS = Duration.ofSeconds(1).toNanos();

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
            return connection;
        } catch (SQLTransientConnectionException e) { // the pool's own: no connection in time
            outage.set(outage(e.getMessage()));
            throw e;
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
