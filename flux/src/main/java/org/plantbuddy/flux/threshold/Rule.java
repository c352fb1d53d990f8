package org.plantbuddy.flux.threshold;

/** What makes a level: the values of readings, or that there are none. */
public sealed interface Rule permits Limits, Silence {}
