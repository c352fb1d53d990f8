package org.plantbuddy.web.series;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.plantbuddy.flux.Newest;
import org.plantbuddy.topic.SeriesName;

/** Where a user's readings come from. Each method throws {@link ReadingsUnavailableException} when they cannot be had now. Thread-safe. */
public interface SeriesSource {

    /**
     * Lines of a user.
     *
     * @param before what was answered to the same before, of which the past may still hold
     */
    Lines lines(Asked asked, Optional<Lines> before);

    /** The newest reading of each series; answered, or not, within seconds. */
    Newest newest(String user);

    /** How long it usually takes from one reading to the next, of each series that had some in the last 7 days. */
    Map<SeriesName, Duration> usual(String user);

    /** Whether a query is answered now. */
    boolean answers();
}
