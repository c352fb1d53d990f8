package org.plantbuddy.flux.threshold;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.Device;
import org.plantbuddy.topic.SeriesName;

/** What there is to set a threshold for: also what keeps a user from making InfluxDB series without end. */
final class KnownSeries {

    private static final Set<String> USUAL = Set.of("light", "soil_moisture", "humidity", "soil_temp", "air_temp");

    private final Accounts accounts;

    KnownSeries(Accounts accounts) {
        this.accounts = accounts;
    }

    void require(Scope scope) {
        String user = accounts.users().requireExisting(scope.user());
        List<SeriesName> series = accounts.sensors().list(user);
        Set<String> boards = new TreeSet<>();
        accounts.devices().list(user).stream().map(Device::name).forEach(boards::add);
        series.stream().map(SeriesName::device).forEach(boards::add);
        if (!scope.isAllBoards() && !boards.contains(scope.device())) {
            throw new BadThresholdException("there is no board '" + scope.device() + "' of " + user
                    + (boards.isEmpty() ? ", nor any other" : ": there are " + boards));
        }
        boolean sent = series.stream()
                .filter(one -> scope.isAllBoards() || one.device().equals(scope.device()))
                .anyMatch(one -> one.sensor().equals(scope.sensor()));
        if (!sent && !scope.isStatus() && !USUAL.contains(scope.sensor())) {
            throw new BadThresholdException(
                    (scope.isAllBoards() ? "no board of " + user : "board " + scope.device() + " of " + user)
                            + " has sent a reading of '" + scope.sensor() + "' yet: check its name, or send one first");
        }
    }
}
