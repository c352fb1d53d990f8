package org.plantbuddy.watch;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;
import java.util.stream.Stream;

/**
 * What is known of one part. Times in ms since the epoch; 0: none.
 *
 * @param since when it stopped working; 0 while it works
 * @param reason why
 * @param told whether the operator was told so
 * @param wellSince when it began to work again, until that has lasted
 * @param toldAt when the operator was told of it in the last hours: who comes and goes is told less and less often
 */
record Trouble(long since, String reason, boolean told, long wellSince, List<Long> toldAt) {

    /** Shorter ones are nobody's business: a part is being replaced, a connection comes back. */
    static final long LASTS_MS = 45_000;

    /** Until it is taken for well again; twice as long for each time it was told of. */
    static final long CALM_MS = 60_000;

    static final long LONGEST_CALM_MS = 3_600_000;
    static final long REMEMBERED_MS = 6 * 3_600_000L;

    static final Trouble NONE = new Trouble(0, "", false, 0, List.of());

    Trouble wrong(String why, long from) {
        return since == 0 ? new Trouble(from, why, false, 0, toldAt) : new Trouble(since, why, told, 0, toldAt);
    }

    Trouble well(long now) {
        return new Trouble(since, reason, told, wellSince == 0 ? now : wellSince, toldAt);
    }

    Trouble toldNow(long now) {
        return new Trouble(
                since,
                reason,
                true,
                wellSince,
                Stream.concat(toldAt.stream(), Stream.of(now)).toList());
    }

    Trouble over() {
        return new Trouble(0, "", false, 0, toldAt);
    }

    Trouble remembered(long now) {
        return new Trouble(
                since,
                reason,
                told,
                wellSince,
                toldAt.stream().filter(at -> now - at < REMEMBERED_MS).toList());
    }

    boolean isToBeTold(long now) {
        return since != 0 && wellSince == 0 && !told && now - since >= LASTS_MS;
    }

    boolean isOver(long now) {
        long calm = Math.min(LONGEST_CALM_MS, CALM_MS << Math.min(10, Math.max(0, toldAt.size() - 1)));
        return wellSince != 0 && now - wellSince >= calm;
    }

    @JsonIgnore
    boolean isNothing() {
        return since == 0 && toldAt.isEmpty();
    }
}
