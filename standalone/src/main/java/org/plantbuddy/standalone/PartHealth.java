package org.plantbuddy.standalone;

/**
 * How one part is.
 *
 * @param part its name
 * @param healthy whether it does its work
 * @param detail where it answers, or what is wrong
 */
record PartHealth(String part, boolean healthy, String detail) {}
