package org.plantbuddy.bridge.ingest;

import java.util.List;
import java.util.Optional;
import org.plantbuddy.accounts.StatusReport;
import org.plantbuddy.bridge.refused.Refusal;
import org.plantbuddy.topic.SeriesName;

/**
 * What the accounts database must have, or be asked, before a message is safe. The readings of the message are in the
 * journal, unless their series is new.
 */
record Entry(Delivery delivery, Optional<SeriesName> newSeries, Optional<StatusReport> status, List<Refusal> refusals) {

    static Entry ofNewSeries(Delivery delivery, SeriesName series) {
        return new Entry(delivery, Optional.of(series), Optional.empty(), List.of());
    }

    static Entry ofStatus(Delivery delivery, StatusReport status) {
        return new Entry(delivery, Optional.empty(), Optional.of(status), List.of());
    }

    static Entry ofRefusals(Delivery delivery, List<Refusal> refusals) {
        return new Entry(delivery, Optional.empty(), Optional.empty(), refusals);
    }
}
