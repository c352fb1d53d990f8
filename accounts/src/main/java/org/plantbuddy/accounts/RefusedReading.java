package org.plantbuddy.accounts;

import java.time.Instant;

/**
 * A reading that could not be stored, kept so that its owner can see why.
 *
 * @param id hash of what was refused: a redelivery of the same message has the same
 * @param topic as published
 * @param payload its first characters
 * @param reason the rule it breaks, and the value
 * @param at when it was refused
 */
public record RefusedReading(String id, String user, String topic, String payload, String reason, Instant at) {}
