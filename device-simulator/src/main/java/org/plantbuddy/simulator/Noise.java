package org.plantbuddy.simulator;

import java.time.Duration;
import java.time.Instant;

/**
 * Noise that is a function of seed and time, so that a plant can be asked about any instant, in any order, and answers
 * the same.
 *
 * @param seed another seed, other noise
 */
record Noise(long seed) {

    /** Noise of its own for each purpose. */
    Noise of(String purpose) {
        return new Noise(mix(seed + 0x9E3779B97F4A7C15L * purpose.hashCode()));
    }

    /** A number in [-1, 1) for {@code index}; neighbours have nothing to do with each other. */
    double at(long index) {
        return (mix(seed ^ mix(index)) >> 11) * 0x1.0p-52;
    }

    /** Drifts within (-1, 1), with a new direction about every {@code pace}. */
    double drift(Instant time, Duration pace) {
        double steps = (double) time.toEpochMilli() / pace.toMillis();
        long step = (long) Math.floor(steps);
        double part = steps - step;
        double eased = part * part * (3 - 2 * part);
        return at(step) + (at(step + 1) - at(step)) * eased;
    }

    /** The finaliser of SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators). */
    private static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
