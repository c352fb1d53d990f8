package org.plantbuddy.accounts;

import java.util.Optional;

/**
 * A board.
 *
 * @param name its address
 * @param description what its owner says of it
 * @param active whether it has a token; false once revoked
 * @param status what it last said of itself; empty while it never did, and once it is revoked
 */
public record Device(String user, String name, Description description, boolean active, Optional<BoardStatus> status) {

    /** What it signs in with. */
    public String username() {
        return user + "/" + name;
    }
}
