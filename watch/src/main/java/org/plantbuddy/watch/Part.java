package org.plantbuddy.watch;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * A part of a service that must work for the service to be ready.
 *
 * @param name what operators call it, e.g. {@code mqtt}
 * @param problem why it does not work now, without secrets; empty while it does. Asked on every request: must answer at
 *     once
 * @param since for how long that has been so, where the problem is only told when it has lasted: in ms since the epoch; 0:
 *     since it is seen
 */
public record Part(String name, Supplier<Optional<String>> problem, LongSupplier since) {

    /** One that tells what is wrong as soon as it is. */
    public Part(String name, Supplier<Optional<String>> problem) {
        this(name, problem, () -> 0);
    }

    /** What is wrong now. A part that cannot even tell is not ready. */
    public Optional<String> now() {
        try {
            return problem.get();
        } catch (RuntimeException e) {
            return Optional.of("cannot tell: " + e.getClass().getSimpleName());
        }
    }

    /**
     * Shows whether it works.
     *
     * @param service whose part it is, e.g. {@code bridge}
     */
    public void measure(String service, MeterRegistry meters) {
        Gauge.builder("plantbuddy.part.ready", this, part -> part.now().isEmpty() ? 1 : 0)
                .description("1 while a part of a service works; why not is in its /readyz, /operationz or /healthz")
                .tag("service", service)
                .tag("part", name)
                .strongReference(true)
                .register(meters);
    }
}
