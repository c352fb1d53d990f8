package org.plantbuddy.web.signin;

import java.util.Base64;
import java.util.Optional;
import org.plantbuddy.accounts.PageSessions;
import org.plantbuddy.accounts.Users;
import org.plantbuddy.text.Sha256;

/**
 * Who is signed in, kept in the accounts database: any page knows it, and so does this one after a restart. Each request asks
 * anew, so a session that ends is over everywhere at once. Thread-safe.
 */
final class Sessions {

    private final PageSessions stored;

    Sessions(PageSessions stored) {
        this.stored = stored;
    }

    /**
     * Begins a session under a new id, never one the browser came with.
     *
     * @param userAgent what the browser says of itself
     * @return the id, for the cookie; empty when the account went away meanwhile
     */
    Optional<String> begin(Users.Proven who, String userAgent) {
        String id = Signer.random();
        return stored.begin(id, who, BrowserName.of(userAgent)) ? Optional.of(id) : Optional.empty();
    }

    /** The session of this id, if it is still good. */
    Optional<Session> find(String id) {
        return stored.find(id)
                .map(session -> new Session(session.user(), Optional.of(csrf(id)), session.credentialStamp()));
    }

    void end(String id) {
        stored.end(id);
    }

    /** Follows from the id, and tells nothing of it. */
    static String csrf(String id) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Sha256.of("csrf " + id));
    }
}
