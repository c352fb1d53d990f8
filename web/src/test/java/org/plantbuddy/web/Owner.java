package org.plantbuddy.web;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;

/** A signed-in user with their session's token. */
final class Owner {

    final Browser browser;
    private final String csrf;

    Owner(Fixture fixture, String user) {
        this(fixture.url(), user);
    }

    Owner(String url, String user) {
        browser = new Browser(url);
        browser.signIn(user, Fixture.PASSWORD);
        try {
            csrf = new ObjectMapper()
                    .readTree(browser.get("/api/v1/me").body())
                    .get("csrf")
                    .asText();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String csrf() {
        return csrf;
    }

    /** Returns the answer's status. */
    int signOut() {
        return browser.signOut(csrf).statusCode();
    }

    HttpResponse<String> change(String method, String path, String body) {
        return browser.change(method, path, csrf, body);
    }

    HttpResponse<String> change(String method, String path, byte[] body) {
        return browser.change(method, path, csrf, body);
    }
}
