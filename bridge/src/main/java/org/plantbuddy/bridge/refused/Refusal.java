package org.plantbuddy.bridge.refused;

/**
 * A reading that is not stored.
 *
 * @param user who is told
 * @param topic as published
 * @param payload its first characters
 * @param reason what kind of rule it breaks
 * @param text the value and the rule
 * @param stamp what tells two equal ones apart, the same on redelivery: the time of arrival, or of the reading
 */
public record Refusal(String user, String topic, String payload, Reason reason, String text, String stamp) {}
