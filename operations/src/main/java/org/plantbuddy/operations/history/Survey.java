package org.plantbuddy.operations.history;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.plantbuddy.text.Sha256;
import org.plantbuddy.topic.SeriesName;

/**
 * What a file holds, known before any of it is stored.
 *
 * @param series all of its series
 * @param disordered those of them whose times do not rise from line to line
 * @param stretch the readings that lie together, without those whose times are far off; empty when it has none
 * @param fingerprint of its lines, the same for the same content, packed or not
 */
record Survey(SortedSet<SeriesName> series, Set<SeriesName> disordered, Optional<Stretch> stretch, String fingerprint) {

    private static final int MOST_SERIES = 10_000;

    /**
     * Reads the whole file once.
     *
     * @throws ImportRefusedException when a line belongs to another user, or it names more boards than anybody has
     */
    static Survey of(HistoryFile file, String user, Instant now) throws IOException {
        Surveyor surveyor = new Surveyor(user);
        file.read(surveyor, bytes -> {});
        return new Survey(
                surveyor.series,
                surveyor.disordered,
                surveyor.days.main(now),
                HexFormat.of().formatHex(surveyor.digest.digest()));
    }

    private static final class Surveyor implements HistoryFile.Lines {

        private final String user;
        private final MessageDigest digest = Sha256.digest();
        private final SortedSet<SeriesName> series =
                new TreeSet<>(Comparator.comparing(SeriesName::device).thenComparing(SeriesName::sensor));
        private final Set<SeriesName> disordered = new HashSet<>();
        private final Map<SeriesName, Long> latest = new HashMap<>();
        private final Stretch.Days days = new Stretch.Days();

        Surveyor(String user) {
            this.user = user;
        }

        @Override
        public void line(long number, String text) throws ImportRefusedException {
            digest.update(text.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) '\n');
            try {
                HistoricalReading reading = HistoricalReading.of(text, user);
                days.add(reading.nanos());
                Long before = latest.put(reading.series(), reading.nanos());
                if (before != null && before >= reading.nanos()) {
                    disordered.add(reading.series());
                }
                if (series.add(reading.series()) && series.size() > MOST_SERIES) {
                    throw new ImportRefusedException("line " + number + ": more than " + MOST_SERIES + " series");
                }
            } catch (ForeignUserException e) {
                throw new ImportRefusedException("line " + number + ": " + e.reason() + "; nothing was imported");
            } catch (BadLineException e) {
                // Told when the rest is stored.
            }
        }

        @Override
        public void unreadable(long number, String reason) {
            // Told when the rest is stored.
        }
    }
}
