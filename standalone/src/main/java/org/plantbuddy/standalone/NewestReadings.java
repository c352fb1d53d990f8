package org.plantbuddy.standalone;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.plantbuddy.accounts.command.DeviceCommand;
import org.plantbuddy.config.Config;
import org.plantbuddy.flux.FluxScript;
import org.plantbuddy.flux.Newest;
import org.plantbuddy.influx.Influx;
import org.plantbuddy.influx.InfluxUnavailableException;

/** When boards were last heard, as InfluxDB has it: it need not run for boards to be listed. */
final class NewestReadings implements DeviceCommand.LastReadings {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Supplier<Config> config;

    /** @param config read when a command runs */
    NewestReadings(Supplier<Config> config) {
        this.config = config;
    }

    @Override
    public Optional<Map<String, Instant>> of(String user) {
        try (Influx influx = PageInflux.open(Running.reached(config.get()), PATIENCE)) {
            Newest newest = Newest.of(user, influx.query(FluxScript.newest(user).text()));
            return Optional.of(newest.readings().stream()
                    .collect(Collectors.toMap(
                            reading -> reading.series().device(),
                            Newest.Reading::time,
                            (one, other) -> one.isAfter(other) ? one : other)));
        } catch (InfluxUnavailableException | UsageException e) {
            return Optional.empty();
        }
    }
}
