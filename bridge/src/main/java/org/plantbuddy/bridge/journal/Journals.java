package org.plantbuddy.bridge.journal;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journals in one data folder: one for each bridge that runs on it, and those that bridges left behind. A lock on each says
 * whether anybody has it, also between the containers of one host.
 */
public final class Journals {

    private static final Logger LOG = LoggerFactory.getLogger(Journals.class);
    private static final String FOLDER = "journal-";
    private static final String CLAIMED = "claimed";
    private static final String NUMBERED = "bridge-";
    private static final int MOST_BRIDGES = 1_000;
    private static final long LOOK_AGAIN_MS = 100;

    private final Path data;
    private final long maxBytes;
    private final Clock clock;

    private final Map<Path, Seen> seen = new HashMap<>();
    private final Map<Path, String> unopened = new ConcurrentHashMap<>();

    /**
     * @param maxBytes at which each is full
     */
    public Journals(Path data, long maxBytes, Clock clock) {
        this.data = data;
        this.maxBytes = maxBytes;
        this.clock = clock;
    }

    /**
     * A journal and whose it is.
     *
     * @param bridge the MQTT client id that goes with it
     */
    public record Owned(String bridge, Journal journal) {}

    /**
     * The first that nobody has of {@code bridge-1}, {@code bridge-2} and so on: what a bridge of that name left in it is this
     * one's now, as after a restart.
     *
     * @throws JournalUnavailableException when it cannot be opened
     */
    public Owned firstFree() {
        for (int number = 1; number <= MOST_BRIDGES; number++) {
            String bridge = NUMBERED + number;
            Optional<Journal> journal = Journal.openFree(folder(bridge), maxBytes, clock);
            if (journal.isPresent()) {
                return owned(bridge, journal.get());
            }
        }
        throw new JournalUnavailableException(
                MOST_BRIDGES + " bridges have their journals in " + data + ": give this one another PLANTBUDDY_DATA");
    }

    /**
     * The one of this name.
     *
     * @param patience how long another bridge may take to give it back that empties it just now
     * @throws JournalUnavailableException when it cannot be opened, or another has it
     */
    public Owned named(String bridge, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        Optional<Journal> journal = Journal.openFree(folder(bridge), maxBytes, clock);
        while (journal.isEmpty() && System.nanoTime() < deadline) {
            pause();
            journal = Journal.openFree(folder(bridge), maxBytes, clock);
        }
        return owned(bridge, journal.orElseGet(() -> Journal.open(folder(bridge), maxBytes, clock)));
    }

    /** From now on there may be readings in it. */
    private Owned owned(String bridge, Journal journal) {
        Path claimed = folder(bridge).resolve(CLAIMED);
        try {
            if (!Files.exists(claimed)) {
                Files.createFile(claimed);
            }
            Files.setLastModifiedTime(claimed, FileTime.from(clock.instant()));
        } catch (IOException e) {
            LOG.warn("event=journal_claim_not_noted folder={} reason=\"{}\"", folder(bridge), e.toString());
        }
        return new Owned(bridge, journal);
    }

    private static FileTime lastClaimed(Path folder) throws IOException {
        Path claimed = folder.resolve(CLAIMED);
        return Files.exists(claimed) ? Files.getLastModifiedTime(claimed) : FileTime.fromMillis(0);
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new JournalUnavailableException("interrupted while a journal was waited for", e);
        }
    }

    private Path folder(String bridge) {
        return data.resolve(FOLDER + bridge.replaceAll("[^A-Za-z0-9_.-]", "_"));
    }

    /**
     * A journal that nobody had.
     *
     * @param claimed when a bridge took it for its own last; if that is another time now, this is no longer true
     * @param sinceNs when it was first seen so, by the clock that only goes forward
     * @param empty whether it was looked into and had nothing
     */
    private record Seen(FileTime claimed, long sinceNs, boolean empty) {}

    /**
     * One with readings in it that nobody has had for a while, now the caller's to empty and close. One that is restarted comes
     * back sooner, and goes on with its own. Called by one thread.
     *
     * @param grace how long nobody had it
     * @throws JournalUnavailableException when the data folder cannot be read
     */
    public Optional<Owned> abandoned(Duration grace) {
        try {
            List<Path> folders = folders();
            unopened.keySet().retainAll(folders);
            for (Path folder : folders) {
                Optional<Journal> journal = unlessBroken(folder, grace);
                if (journal.isPresent()) {
                    return Optional.of(
                            new Owned(folder.getFileName().toString().substring(FOLDER.length()), journal.get()));
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            throw new JournalUnavailableException("journals in " + data + " cannot be looked at: " + e, e);
        }
    }

    /** Why journals that were left behind cannot be opened; empty while all can. */
    public Optional<String> unopened() {
        return unopened.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", unopened.values()));
    }

    /** Whether, at the last look, every journal that nobody has was found to be empty. Called by the thread that looks. */
    public boolean noneLeft() {
        return unopened.isEmpty() && seen.values().stream().allMatch(Seen::empty);
    }

    private List<Path> folders() throws IOException {
        List<Path> folders = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(data, FOLDER + "*")) {
            for (Path folder : all) {
                if (Files.exists(folder.resolve(JournalFile.NAME))) {
                    folders.add(folder);
                }
            }
        }
        return folders;
    }

    /** One that cannot be opened, for which a person is needed, keeps none of the others waiting. */
    private Optional<Journal> unlessBroken(Path folder, Duration grace) throws IOException {
        try {
            return abandoned(folder, grace);
        } catch (JournalUnavailableException e) {
            String why = String.valueOf(e.getMessage());
            if (!why.equals(unopened.put(folder, why))) {
                LOG.warn("event=journal_left_behind reason=\"{}\"", why);
            }
            return Optional.empty();
        }
    }

    private Optional<Journal> abandoned(Path folder, Duration grace) throws IOException {
        @Nullable Seen before = seen.get(folder);
        if (before == null || !before.claimed().equals(lastClaimed(folder))) {
            look(folder);
            return Optional.empty();
        }
        return before.empty() || System.nanoTime() - before.sinceNs() < grace.toNanos()
                ? Optional.empty()
                : withReadings(folder, before.sinceNs());
    }

    private void look(Path folder) throws IOException {
        seen.remove(folder);
        Optional<JournalLock> lock = JournalLock.claim(folder);
        unopened.remove(folder); // somebody has it, or had it since
        if (lock.isPresent()) {
            lock.get().close();
            note(folder, System.nanoTime(), false);
        }
    }

    private Optional<Journal> withReadings(Path folder, long sinceNs) throws IOException {
        note(folder, System.nanoTime(), false); // where it cannot be opened, that is tried again after the grace
        Optional<Journal> journal = Journal.openFree(folder, maxBytes, clock);
        unopened.remove(folder);
        if (journal.isEmpty()) {
            seen.remove(folder);
            return journal;
        }
        boolean empty = journal.get().depth() == 0;
        note(folder, sinceNs, empty);
        if (empty) {
            journal.get().close();
            return Optional.empty();
        }
        return journal;
    }

    private void note(Path folder, long sinceNs, boolean empty) throws IOException {
        seen.put(folder, new Seen(lastClaimed(folder), sinceNs, empty));
    }
}
