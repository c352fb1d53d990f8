package org.plantbuddy.accounts;

/**
 * A board.
 *
 * @param active whether it has a token; false once revoked
 */
public record Device(String user, String name, boolean active) {}
