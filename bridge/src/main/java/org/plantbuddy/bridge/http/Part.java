package org.plantbuddy.bridge.http;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * A part of the bridge that must work for the bridge to be ready.
 *
 * @param name what operators call it, e.g. {@code mqtt}
 * @param problem why it does not work now, without secrets; empty while it does. Asked on every request: must answer at
 *     once
 */
public record Part(String name, Supplier<Optional<String>> problem) {}
