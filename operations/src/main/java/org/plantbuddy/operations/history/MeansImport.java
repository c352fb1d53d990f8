package org.plantbuddy.operations.history;

import java.io.IOException;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.plantbuddy.flux.export.UserExport;
import org.plantbuddy.influx.Bucket;
import org.plantbuddy.influx.Influx;
import org.plantbuddy.time.EpochNs;
import org.plantbuddy.topic.Names;
import org.plantbuddy.topic.SeriesName;

/**
 * Brings the means of an archive into bucket {@code downsampled}, as they are: those of readings that are long gone, and of a
 * window of which some are. Read twice, as readings are.
 *
 * @param file the archive's means
 * @param series all of their series
 * @param newest the start of the newest window, epoch ns
 */
record MeansImport(HistoryFile file, Set<SeriesName> series, long newest) {

    private static final int MOST_SERIES = 10_000;

    /**
     * Looks at all of them.
     *
     * @return empty for a file that has none, and for one that is no archive
     * @throws ImportRefusedException when one is another user's
     */
    static Optional<MeansImport> of(HistoryFile readings, String user) throws IOException {
        Optional<HistoryFile> file = readings.entry(UserExport.MEANS);
        if (file.isEmpty()) {
            return Optional.empty();
        }
        Set<SeriesName> series = new HashSet<>();
        long[] newest = {Long.MIN_VALUE};
        file.get()
                .read(
                        new Each(user) {
                            @Override
                            void mean(long number, HistoricalMean mean) throws IOException {
                                newest[0] = Math.max(newest[0], mean.nanos());
                                if (series.add(mean.series()) && series.size() > MOST_SERIES) {
                                    throw new ImportRefusedException(
                                            "line " + number + " of the means: more than " + MOST_SERIES + " series");
                                }
                            }

                            @Override
                            void bad(long number, String reason) {
                                // Told when the rest is stored.
                            }
                        },
                        bytes -> {});
        return series.isEmpty() ? Optional.empty() : Optional.of(new MeansImport(file.get(), series, newest[0]));
    }

    /** The end of the newest window. */
    Instant end() {
        return EpochNs.instant(newest).plus(Downsampling.WINDOW);
    }

    /**
     * Writes them.
     *
     * @param operator with a token that writes bucket {@code downsampled}
     * @param admitted series that boards may have; those of others are told as bad
     * @param earliest of those that the bucket keeps, epoch ns
     */
    void run(Influx operator, String user, Set<SeriesName> admitted, long earliest, Instant now, Tally tally)
            throws IOException {
        HistoryBatches<HistoricalMean> batches = new HistoryBatches<>(
                lines -> operator.write(Bucket.DOWNSAMPLED, lines), HistoricalMean::toLine, tally::mean, tally::bad);
        long latest = EpochNs.of(now);
        file.read(
                new Each(user) {
                    @Override
                    void mean(long number, HistoricalMean mean) throws IOException {
                        if (!admitted.contains(mean.series())) {
                            bad(
                                    number,
                                    "board '" + mean.series().device() + "' uses " + Names.MAX_SENSORS_PER_DEVICE
                                            + " other sensors already");
                        } else if (mean.nanos() > latest) {
                            bad(number, "its time is ahead of now");
                        } else if (mean.nanos() < earliest) {
                            tally.expired(number);
                        } else {
                            batches.add(number, mean);
                        }
                    }

                    @Override
                    void bad(long number, String reason) {
                        tally.bad(number, "of the means: " + reason);
                    }
                },
                bytes -> {});
        batches.flush();
    }

    private abstract static class Each implements HistoryFile.Lines {

        private final String user;

        Each(String user) {
            this.user = user;
        }

        abstract void mean(long number, HistoricalMean mean) throws IOException;

        abstract void bad(long number, String reason);

        @Override
        public void line(long number, String text) throws IOException {
            try {
                mean(number, HistoricalMean.of(text, user));
            } catch (ForeignUserException e) {
                throw new ImportRefusedException(
                        "line " + number + " of the means: " + e.reason() + "; nothing was imported");
            } catch (BadLineException e) {
                bad(number, e.reason());
            }
        }

        @Override
        public void unreadable(long number, String reason) {
            bad(number, reason);
        }
    }
}
