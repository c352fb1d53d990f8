package org.plantbuddy.operations.history;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.Limit;
import org.plantbuddy.flux.threshold.Thresholds;
import org.plantbuddy.flux.threshold.ThresholdsUnavailableException;
import org.plantbuddy.influx.Bucket;
import org.plantbuddy.influx.Influx;
import org.plantbuddy.influx.InfluxAddress;
import org.plantbuddy.time.EpochNs;
import org.plantbuddy.topic.Names;
import org.plantbuddy.topic.SeriesName;

/**
 * Brings a file of line protocol into bucket {@code plantbuddy}: floats, the user's own, tags {@code user} and
 * {@code device_id}. The same file imported twice gives the same points, shifted or not.
 *
 * <p>The file is read twice: a line of another user refuses all of it before anything is stored. Other bad lines are
 * reported and the rest is stored.
 */
public final class HistoryImport {

    private static final Duration AHEAD = Duration.ofMinutes(10);
    private static final Duration FARTHEST_MOVE = Duration.ofNanos(Long.MAX_VALUE);
    private static final int ACCOUNT_CHECKED_EVERY = 1_000;
    private static final Duration WRITTEN_WITHIN = Duration.ofMinutes(1);

    /** How often thresholds are judged counts for previews alone. */
    private static final Duration NO_PREVIEW = Duration.ofSeconds(10);

    private static final long SECOND = 1_000_000_000L;

    private final InfluxAddress influx;
    private final Optional<InfluxAddress> operator;
    private final Accounts accounts;
    private final Downsampling downsampling;
    private final ShiftMemory shifts;
    private final Duration keeps;
    private final Duration meansKept;
    private final Clock clock;

    /**
     * An import that can be run any number of times.
     *
     * @param influx with a token that may write buckets {@code plantbuddy} and {@code settings}
     * @param operator with the operator's token, so that graphs show the readings at once; else the next downsampling does it.
     *     The means of an archive cannot be stored without it
     * @param data the data folder; {@code imports/} in it remembers by how much a file was moved
     * @param keeps how long the bucket keeps readings; zero: forever
     * @param meansKept how long the other one keeps means; zero: forever
     */
    public HistoryImport(
            InfluxAddress influx,
            Optional<InfluxAddress> operator,
            Accounts accounts,
            Path data,
            Duration keeps,
            Duration meansKept,
            Clock clock) {
        this.influx = influx;
        this.operator = operator;
        this.meansKept = meansKept;
        this.downsampling = new Downsampling(influx, operator);
        this.accounts = accounts;
        this.shifts = new ShiftMemory(data.resolve("imports"));
        this.keeps = keeps;
        this.clock = clock;
    }

    /**
     * Imports a file.
     *
     * @param path line protocol, plain or gzip, or an archive of an export; of one that is moved the means are computed anew
     * @param percent told when another percent is done
     * @throws ImportRefusedException when the user is unknown, a line is another user's, or InfluxDB does not take it
     * @throws org.plantbuddy.topic.InvalidNameException when {@code user} cannot be a user's name
     */
    public ImportReport run(String user, Path path, Shift shift, IntConsumer percent) throws IOException {
        Names.requireUser(user);
        if (!accounts.users().exists(user)) {
            throw new ImportRefusedException("there is no user '" + user + "'; add one: plantbuddy user add " + user);
        }
        Optional<Instant> account = accounts.users().createdAt(user);
        HistoryFile file = new HistoryFile(path);
        Survey survey = Survey.of(file, user, clock.instant());
        long moved = shiftFor(user, survey, shift);
        Optional<MeansImport> inArchive = shift == Shift.NONE ? MeansImport.of(file, user) : Optional.empty();
        Optional<AccountImport> beside = shift == Shift.NONE ? AccountImport.of(file, user) : Optional.empty();
        Optional<MeansImport> means = inArchive.filter(of -> operator.isPresent());
        Set<SeriesName> admitted = new HashSet<>(survey.series());
        means.ifPresent(of -> admitted.addAll(of.series()));
        admitted.removeIf(series -> !accounts.sensors().admit(series));

        Tally tally = new Tally(survey.disordered());
        if (inArchive.isPresent() && means.isEmpty()) {
            tally.meansLeftOut();
        }
        Percent progress = new Percent(Files.size(path), percent);
        Optional<Stretch> moving = shift == Shift.NONE ? Optional.empty() : survey.stretch();
        try (Influx written = new Influx(influx, WRITTEN_WITHIN)) {
            HistoryBatches<HistoricalReading> batches = new HistoryBatches<>(
                    lines -> written.write(Bucket.READINGS, lines),
                    HistoricalReading::toLine,
                    tally::stored,
                    tally::bad);
            file.read(new Importer(user, account, moved, moving, admitted, batches, tally), progress::consumed);
            batches.flush();
        }
        if (means.isPresent()) {
            store(means.get(), user, admitted, tally);
        }
        if (beside.isPresent()) {
            store(beside.get(), tally);
        }
        ImportReport report = tally.report(moved);
        Optional<ImportReport.Span> toCompute = report.span()
                .flatMap(span -> means.map(of -> span.from(of.end())).orElse(Optional.of(span)));
        if (toCompute.isPresent()) {
            downsampling.cover(user, devices(admitted), toCompute.get());
        }
        progress.done();
        return report;
    }

    private void store(AccountImport beside, Tally tally) throws IOException {
        if (operator.isEmpty()) {
            tally.beside(beside.run(accounts, Optional.empty()), beside.hasLeftOut());
            return;
        }
        try (Influx asked = new Influx(operator.get(), WRITTEN_WITHIN)) {
            Thresholds thresholds = new Thresholds(asked, accounts, NO_PREVIEW, clock);
            tally.beside(beside.run(accounts, Optional.of(thresholds)), beside.hasLeftOut());
        } catch (ThresholdsUnavailableException e) {
            throw new ImportRefusedException("readings and means are stored, thresholds are not: " + e.getMessage()
                    + "; import the archive again: it stores the same points");
        }
    }

    private void store(MeansImport means, String user, Set<SeriesName> admitted, Tally tally) throws IOException {
        Instant now = clock.instant();
        long earliest = meansKept.isZero() ? Long.MIN_VALUE : EpochNs.of(now.minus(meansKept));
        try (Influx written = new Influx(operator.orElseThrow(), WRITTEN_WITHIN)) {
            means.run(written, user, admitted, earliest, now, tally);
        }
    }

    private static SortedSet<String> devices(Set<SeriesName> series) {
        return series.stream().map(SeriesName::device).collect(Collectors.toCollection(TreeSet::new));
    }

    private long shiftFor(String user, Survey survey, Shift shift) throws IOException {
        if (shift == Shift.NONE || survey.stretch().isEmpty()) {
            return 0;
        }
        Instant newest = Instant.EPOCH.plusNanos(survey.stretch().get().newest());
        // By how much a removed account of this name moved the file is not this account's.
        String account = user
                + accounts.users()
                        .createdAt(user)
                        .map(at -> "-" + at.toEpochMilli())
                        .orElse("");
        OptionalLong earlier =
                shift == Shift.TO_NOW ? shifts.recall(account, survey.fingerprint()) : OptionalLong.empty();
        Instant now = clock.instant();
        // One that would put the file ahead of now is of a release that took every time for ns.
        if (earlier.isPresent() && newest.plusNanos(earlier.getAsLong()).isBefore(now.plus(AHEAD))) {
            return earlier.getAsLong();
        }
        // Whole seconds: readings a minute apart keep their look.
        long seconds = Duration.between(newest, now).toSeconds();
        if (Math.abs(seconds) > FARTHEST_MOVE.toSeconds()) {
            throw new ImportRefusedException("its newest reading is of " + newest + ": nothing can be moved that far");
        }
        shifts.remember(account, survey.fingerprint(), seconds * SECOND);
        return seconds * SECOND;
    }

    private final class Importer implements HistoryFile.Lines {

        private final String user;
        private final Optional<Instant> account;
        private final long moved;
        private final Optional<Stretch> moving;
        private final Set<SeriesName> admitted;
        private final HistoryBatches<HistoricalReading> batches;
        private final Tally tally;
        private final long latest;
        private final long earliest;

        Importer(
                String user,
                Optional<Instant> account,
                long moved,
                Optional<Stretch> moving,
                Set<SeriesName> admitted,
                HistoryBatches<HistoricalReading> batches,
                Tally tally) {
            this.user = user;
            this.account = account;
            this.moved = moved;
            this.moving = moving;
            this.admitted = admitted;
            this.batches = batches;
            this.tally = tally;
            Instant now = clock.instant();
            latest = EpochNs.of(now.plus(AHEAD));
            earliest = kept(user).map(time -> EpochNs.of(now.minus(time))).orElse(Long.MIN_VALUE);
        }

        /** Empty: for ever. */
        private Optional<Duration> kept(String user) {
            return Stream.of(
                            Optional.of(keeps).filter(time -> !time.isZero()),
                            Optional.ofNullable(accounts.limits().of(user).get(Limit.KEEP))
                                    .map(Duration::ofMillis))
                    .flatMap(Optional::stream)
                    .min(Duration::compareTo);
        }

        @Override
        public void line(long number, String text) throws IOException {
            if (number % ACCOUNT_CHECKED_EVERY == 0
                    && !accounts.users().createdAt(user).equals(account)) {
                throw new ImportRefusedException("user '" + user + "' was removed meanwhile");
            }
            try {
                HistoricalReading original = HistoricalReading.of(text, user);
                if (moving.isPresent() && !moving.get().has(original.nanos())) {
                    tally.apart(number);
                    return;
                }
                HistoricalReading reading = original.shiftedBy(moved);
                if (!admitted.contains(reading.series())) {
                    throw new BadLineException("board '" + reading.series().device() + "' uses "
                            + Names.MAX_SENSORS_PER_DEVICE + " other sensors already");
                }
                if (reading.nanos() > latest) {
                    throw new BadLineException("its time is ahead of now");
                }
                if (reading.nanos() < earliest) {
                    tally.expired(number);
                } else {
                    batches.add(number, reading);
                }
            } catch (ForeignUserException e) {
                throw new ImportRefusedException("line " + number + ": " + e.reason() + "; the file has changed");
            } catch (BadLineException e) {
                tally.bad(number, e.reason());
            }
        }

        @Override
        public void unreadable(long number, String reason) {
            tally.bad(number, reason);
        }
    }
}
