package org.plantbuddy.web.signin;

/** What the page keeps in a browser. */
enum CookieName {
    /** The session's id. */
    SESSION("plantbuddy_session"),
    /** Ties a sign-in form to the browser it was sent to. */
    FORM("plantbuddy_form"),
    /** Says that its user has signed in from this browser before. */
    KNOWN_BROWSER("plantbuddy_known");

    private final String text;

    CookieName(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }
}
