package org.plantbuddy.web;

import java.io.IOException;
import java.net.CookieManager;
import java.net.HttpCookie;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A browser without a screen: it keeps cookies, fills in the form, and does not follow redirects. */
final class Browser {

    private static final Pattern FORM = Pattern.compile("name=\"form\" value=\"([^\"]+)\"");

    private final CookieManager cookies = new CookieManager();
    private final HttpClient http =
            HttpClient.newBuilder().cookieHandler(cookies).build();
    private final String url;
    private final String address;

    Browser(String url) {
        this(url, "127.0.0.1");
    }

    /** @param address which the proxy before the page names */
    Browser(String url, String address) {
        this.url = url;
        this.address = address;
    }

    String url() {
        return url;
    }

    /** Which has the cookies. */
    HttpClient client() {
        return http;
    }

    /** As the header of a request. */
    String cookies() {
        return cookies.getCookieStore().getCookies().stream()
                .map(cookie -> cookie.getName() + "=" + cookie.getValue())
                .collect(Collectors.joining("; "));
    }

    HttpResponse<String> get(String path) {
        return send(HttpRequest.newBuilder(URI.create(url + path)).GET());
    }

    /** As a person does who types an address. */
    HttpResponse<String> visit(String path) {
        return send(HttpRequest.newBuilder(URI.create(url + path))
                .header("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
                .GET());
    }

    HttpResponse<String> signIn(String user, String password) {
        return postForm(form(), user, password);
    }

    /** The mark in the form that this browser was sent. */
    String form() {
        Matcher form = FORM.matcher(get("/login").body());
        return form.find() ? form.group(1) : "none";
    }

    HttpResponse<String> postForm(String form, String user, String password) {
        String body = "form=" + encode(form) + "&user=" + encode(user) + "&password=" + encode(password);
        return send(HttpRequest.newBuilder(URI.create(url + "/login"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    HttpResponse<String> choosePassword(String link, String password) {
        return choosePassword(form(), link, password);
    }

    HttpResponse<String> choosePassword(String form, String link, String password) {
        String body = "form=" + encode(form) + "&link=" + encode(link) + "&password=" + encode(password) + "&again="
                + encode(password);
        return send(HttpRequest.newBuilder(URI.create(url + "/password"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    HttpResponse<String> signOut(String csrf) {
        return send(HttpRequest.newBuilder(URI.create(url + "/logout"))
                .header("X-CSRF-Token", csrf)
                .POST(HttpRequest.BodyPublishers.noBody()));
    }

    /** A request that changes something, with the session's mark or another. */
    HttpResponse<String> change(String method, String path, String csrf, String body) {
        return change(method, path, csrf, body.getBytes(StandardCharsets.UTF_8));
    }

    HttpResponse<String> change(String method, String path, String csrf, byte[] body) {
        return send(HttpRequest.newBuilder(URI.create(url + path))
                .header("X-CSRF-Token", csrf)
                .method(method, HttpRequest.BodyPublishers.ofByteArray(body)));
    }

    /** As a page of another site makes its visitor's browser do: with the cookies, if they are sent, and without the mark. */
    HttpResponse<String> postFrom(String origin, String path, String body) {
        return send(HttpRequest.newBuilder(URI.create(url + path))
                .header("Origin", origin)
                .header("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    Optional<String> cookie(String name) {
        return cookies.getCookieStore().getCookies().stream()
                .filter(cookie -> cookie.getName().equals(name))
                .map(HttpCookie::getValue)
                .findFirst();
    }

    /** As someone does who planted a session id in the victim's browser. */
    void plant(String name, String value) {
        HttpCookie cookie = new HttpCookie(name, value);
        cookie.setDomain(URI.create(url).getHost());
        cookie.setPath("/");
        cookie.setVersion(0);
        cookies.getCookieStore().add(URI.create(url), cookie);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            request.header("X-Forwarded-For", address);
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
