package org.plantbuddy.simulator;

import java.util.Optional;

/**
 * A reading of a load. It keeps its time however often it is sent.
 *
 * @param number its number and its value
 * @param time user property {@code time}, where the plan wants one
 */
record NumberedReading(long number, Optional<String> time) {}
