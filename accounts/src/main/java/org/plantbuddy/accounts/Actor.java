package org.plantbuddy.accounts;

/**
 * Who does something, for the {@link Audit}.
 *
 * @param name a user's, {@code $operator} for who runs the commands, or empty for nobody who is known
 * @param address where the actor's request came from; of the operator the account on this machine
 */
public record Actor(String name, String address) {

    private static final String OPERATOR = "$operator";

    /** Whoever runs a command or starts a service on this machine. */
    public static Actor operator() {
        return new Actor(OPERATOR, "local " + System.getProperty("user.name", "?"));
    }
}
