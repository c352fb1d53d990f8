package org.plantbuddy.bridge.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done with a journal whose file is damaged: it is kept in a folder {@code damaged-<time>} as it is, and every
 * group that can still be read is taken over into a new one.
 */
final class Salvage {

    private static final Logger LOG = LoggerFactory.getLogger(Salvage.class);
    private static final String ASIDE = "damaged-";
    private static final List<String> FILES =
            List.of(JournalFile.NAME, JournalFile.NAME + "-wal", JournalFile.NAME + "-shm");

    private Salvage() {}

    /**
     * Looks at every row. A sound journal is not changed.
     *
     * @throws SQLException when it cannot be opened for another reason than damage
     */
    static void unlessSound(Path folder, long maxBytes, Clock clock) throws SQLException {
        if (!Files.exists(folder.resolve(JournalFile.NAME))) {
            return;
        }
        WalCheck.Result log = WalCheck.of(folder.resolve(JournalFile.NAME + "-wal"));
        if (log.damaged()) {
            Path kept = copyAside(folder, clock);
            LOG.error("event=journal_log_damaged folder={} frames_lost={} kept={}", folder, log.framesBehind(), kept);
        }
        try (JournalFile file = JournalFile.open(folder, maxBytes)) {
            file.lastSeq();
            file.sum(Long.MAX_VALUE);
        } catch (SQLException e) {
            if (!Store.isCorrupt(e)) {
                throw e;
            }
            salvage(folder, maxBytes, clock, e);
        }
    }

    /** Both connections must be closed. */
    static void salvage(Path folder, long maxBytes, Clock clock, SQLException why) throws SQLException {
        Path aside = aside(folder, clock);
        try {
            Files.createDirectories(aside);
            for (String name : FILES) {
                if (Files.exists(folder.resolve(name))) {
                    Files.move(folder.resolve(name), aside.resolve(name));
                }
            }
        } catch (IOException e) {
            throw new JournalUnavailableException("damaged journal " + folder + " cannot be moved: " + e, e);
        }
        int saved;
        try (JournalFile fresh = JournalFile.open(folder, maxBytes)) {
            fresh.begin();
            saved = copyReadable(aside.resolve(JournalFile.NAME), fresh);
            fresh.commit();
        }
        LOG.error(
                "event=journal_salvaged folder={} groups_saved={} kept={} reason=\"{}\"",
                folder,
                saved,
                aside,
                why.getMessage());
    }

    /** From the front until a page cannot be read, then from the back. */
    private static int copyReadable(Path damaged, JournalFile fresh) throws SQLException {
        Set<Long> seen = new HashSet<>();
        for (String order : List.of("ASC", "DESC")) {
            try (Connection old = DriverManager.getConnection("jdbc:sqlite:" + damaged);
                    PreparedStatement query = old.prepareStatement(
                            "SELECT seq, at, readings, checksum, data FROM journal ORDER BY seq " + order);
                    ResultSet row = query.executeQuery()) {
                while (row.next() && !seen.contains(row.getLong(1))) {
                    byte[] data = row.getBytes(5);
                    if (GroupCodec.checksum(data) == row.getInt(4)) {
                        fresh.insert(row.getLong(1), row.getLong(2), row.getInt(3), data);
                        seen.add(row.getLong(1));
                    }
                }
            } catch (SQLException e) {
                LOG.warn(
                        "event=journal_salvage_stopped order={} groups={} reason=\"{}\"",
                        order,
                        seen.size(),
                        e.getMessage());
            }
        }
        return seen.size();
    }

    private static Path copyAside(Path folder, Clock clock) {
        Path aside = aside(folder, clock);
        try {
            Files.createDirectories(aside);
            for (String name : FILES) {
                if (Files.exists(folder.resolve(name))) {
                    Files.copy(folder.resolve(name), aside.resolve(name));
                }
            }
        } catch (IOException e) {
            throw new JournalUnavailableException("damaged journal " + folder + " cannot be kept: " + e, e);
        }
        return aside;
    }

    /** How many damaged files are kept. */
    static long count(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> String.valueOf(file.getFileName()).startsWith(ASIDE))
                    .count();
        } catch (IOException e) {
            throw new JournalUnavailableException("journal " + folder + " cannot be read: " + e, e);
        }
    }

    private static Path aside(Path folder, Clock clock) {
        return folder.resolve(ASIDE + clock.millis());
    }
}
