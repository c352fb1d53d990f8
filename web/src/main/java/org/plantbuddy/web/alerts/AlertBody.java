package org.plantbuddy.web.alerts;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.plantbuddy.accounts.Alert;

/**
 * A change of a level, as it is told.
 *
 * @param time of the change, epoch ms
 */
public record AlertBody(
        String id,
        String device,
        String sensor,
        String level,
        String previousLevel,
        @Nullable Double value,
        String threshold,
        String message,
        long time) {

    public static AlertBody of(Alert alert) {
        return new AlertBody(
                alert.id(),
                alert.device(),
                alert.sensor(),
                alert.level().text(),
                alert.previousLevel().text(),
                alert.reading().isPresent() ? alert.reading().getAsDouble() : null,
                alert.threshold(),
                alert.message(),
                TimeUnit.NANOSECONDS.toMillis(alert.statusTimeNs()));
    }
}
