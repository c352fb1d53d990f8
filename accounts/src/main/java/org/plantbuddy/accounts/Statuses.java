package org.plantbuddy.accounts;

import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.plantbuddy.boards.StatusReport;

/** What boards say of themselves; {@link Devices#list} shows the newest. Thread-safe. */
public final class Statuses {

    private static final long NS_PER_MS = TimeUnit.MILLISECONDS.toNanos(1);

    /** Several bridges at once take the boards in the same order, so that none waits for another in a circle. */
    private static final Comparator<StatusReport> BY_BOARD =
            Comparator.comparing(StatusReport::user).thenComparing(StatusReport::device);

    private final Jdbi jdbi;

    Statuses(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /**
     * Keeps of each board the newest, whatever order they come in and however often; all of them or, when the database
     * fails, none. What is said of a board that is not known, that is revoked, or that was added anew after the connection
     * began, is ignored.
     */
    public void keep(List<StatusReport> reports) {
        if (reports.isEmpty()) {
            return;
        }
        jdbi.useTransaction(handle -> {
            PreparedBatch batch =
                    handle.prepareBatch("INSERT INTO board_statuses (user_name, device_name, status, since,"
                            + " last_known, connection_ns, said_ns)"
                            + " SELECT d.user_name, d.name, :status, :at, :at, :connection, :said FROM devices d"
                            + " WHERE d.user_name = :user AND d.name = :device AND d.token_hash IS NOT NULL"
                            + " AND d.created_at * :nsPerMs <= :connection"
                            + " ON CONFLICT (user_name, device_name) DO UPDATE SET status = excluded.status,"
                            + " since = CASE WHEN board_statuses.status = excluded.status"
                            + " AND board_statuses.connection_ns = excluded.connection_ns"
                            + " THEN board_statuses.since ELSE excluded.since END,"
                            + " last_known = excluded.last_known, connection_ns = excluded.connection_ns,"
                            + " said_ns = excluded.said_ns"
                            + " WHERE excluded.connection_ns > board_statuses.connection_ns"
                            + " OR (excluded.connection_ns = board_statuses.connection_ns"
                            + " AND excluded.said_ns > board_statuses.said_ns)");
            reports.stream()
                    .sorted(BY_BOARD)
                    .forEach(report -> batch.bind("user", report.user())
                            .bind("device", report.device())
                            .bind("status", report.state().text())
                            .bind("at", report.at().toEpochMilli())
                            .bind("connection", report.connectionNs())
                            .bind("said", report.saidNs())
                            .bind("nsPerMs", NS_PER_MS)
                            .add());
            batch.execute();
        });
    }
}
