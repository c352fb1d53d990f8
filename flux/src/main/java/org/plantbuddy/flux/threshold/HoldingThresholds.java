package org.plantbuddy.flux.threshold;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.plantbuddy.flux.DefaultThreshold;
import org.plantbuddy.reading.Level;
import org.plantbuddy.topic.SeriesName;

/**
 * Which threshold holds for each series: the one set for its board, else the one for all boards, else everybody's. The same
 * rules as {@code check.flux}. Immutable.
 */
public final class HoldingThresholds {

    private static final DefaultThreshold EVERYBODYS = DefaultThreshold.SOIL_MOISTURE;

    private final Map<Scope, Threshold> set = new HashMap<>();

    /** @param set all thresholds of a user */
    public HoldingThresholds(List<Threshold> set) {
        set.forEach(threshold -> this.set.put(threshold.scope(), threshold));
    }

    /**
     * The level that a reading makes.
     *
     * @param before the level of the series until then
     */
    public Level judge(SeriesName series, Level before, double reading) {
        return limits(series)
                .map(limits -> new Judge(limits, before).judge(reading))
                .orElse(Level.OK);
    }

    /** Empty where nothing is told: there is no threshold, or it is off. */
    private Optional<Limits> limits(SeriesName series) {
        Threshold own = set.get(new Scope(series.user(), series.device(), series.sensor()));
        Threshold found = own != null ? own : set.get(new Scope(series.user(), Scope.ALL_BOARDS, series.sensor()));
        if (found == null) {
            return Optional.of(EVERYBODYS)
                    .filter(usual -> usual.sensor().equals(series.sensor()))
                    .map(Limits::of);
        }
        return found.enabled() && found.rule() instanceof Limits limits ? Optional.of(limits) : Optional.empty();
    }
}
