package org.plantbuddy.bridge.ingest;

import java.util.List;
import java.util.Optional;
import org.plantbuddy.boards.StatusReport;
import org.plantbuddy.bridge.refused.Refusal;
import org.plantbuddy.topic.SeriesName;

/**
 * What the accounts database must have, or be asked, before a message is safe. The readings of the message are in the
 * journal, unless their series is new.
 */
record Entry(Arrived arrived, Optional<SeriesName> newSeries, Optional<StatusReport> status, List<Refusal> refusals) {

    static Entry ofNewSeries(Arrived arrived, SeriesName series) {
        return new Entry(arrived, Optional.of(series), Optional.empty(), List.of());
    }

    static Entry ofStatus(Arrived arrived, StatusReport status) {
        return new Entry(arrived, Optional.empty(), Optional.of(status), List.of());
    }

    static Entry ofRefusals(Arrived arrived, List<Refusal> refusals) {
        return new Entry(arrived, Optional.empty(), Optional.empty(), refusals);
    }
}
