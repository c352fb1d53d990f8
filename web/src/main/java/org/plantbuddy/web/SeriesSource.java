package org.plantbuddy.web;

import java.util.List;

/** Where a user's readings come from. Thread-safe. */
interface SeriesSource {

    /**
     * The last 48 hours of all the user's series, sorted by sensor and board; none for a user without readings.
     *
     * @throws ReadingsUnavailableException when they cannot be had now
     */
    List<Series> last48Hours(String user);

    /** Whether a query is answered now. */
    boolean answers();
}
