package org.plantbuddy.simulator;

import java.util.Optional;

/**
 * One reading of a load: the same however often it is sent.
 *
 * @param number its number and its value
 * @param topic where it goes
 * @param time user property {@code time}, where the plan wants one
 */
record NumberedReading(long number, String topic, Optional<String> time) {}
