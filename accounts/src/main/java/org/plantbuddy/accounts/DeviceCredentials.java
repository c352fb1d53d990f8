package org.plantbuddy.accounts;

/**
 * What a board signs in with. Shown once: the database keeps only a hash of the token.
 *
 * @param username {@code <user>/<device>}
 * @param password the token
 */
public record DeviceCredentials(String username, String password) {

    @Override
    public String toString() {
        return "DeviceCredentials[username=" + username + ", password=***]";
    }
}
