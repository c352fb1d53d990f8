package org.plantbuddy.bridge.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that only takes up room, beside the journal. SQLite needs some to delete anything, so on a disk without any left
 * the journal could not even become smaller: then this file is given up for it. Whoever uses it from several
 * threads locks it.
 */
final class Reserve {

    private static final Logger LOG = LoggerFactory.getLogger(Reserve.class);

    /** Room for all that can be in SQLite's log, twice, so that it can be taken over into the file and deleted there. */
    private static final int BYTES = 4 << 20;

    private final Path file;
    private boolean held;

    private Reserve(Path folder) {
        this.file = folder.resolve("reserve");
    }

    /** Takes it, or leaves it to {@link #take} where the disk is full already. */
    static Reserve in(Path folder) {
        Reserve reserve = new Reserve(folder);
        if (!reserve.take()) {
            LOG.warn("event=journal_without_reserve folder={} reason=\"its disk has no {} bytes left\"", folder, BYTES);
        }
        return reserve;
    }

    /** Whether it is there now. */
    boolean take() {
        if (!held) {
            try {
                if (!Files.exists(file) || Files.size(file) != BYTES) {
                    Files.write(file, new byte[BYTES]); // not sparse: it must really take the room
                }
                held = true;
            } catch (IOException e) {
                giveUp();
            }
        }
        return held;
    }

    void giveUp() {
        held = false;
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("event=journal_reserve_stays file={} reason=\"{}\"", file, e.toString());
        }
    }
}
