package org.plantbuddy.simulator;

import java.time.Duration;
import org.plantbuddy.time.WrittenDuration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Durations of options. */
final class Durations implements ITypeConverter<Duration> {

    @Override
    public Duration convert(String text) {
        return WrittenDuration.parse(text)
                .orElseThrow(() -> new TypeConversionException(
                        "'" + text + "' is not a duration such as 500ms, 60s, 10m, 48h or 3d"));
    }
}
