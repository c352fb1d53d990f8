package org.plantbuddy.web.http;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Header;
import io.javalin.http.HttpResponseException;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Set;
import org.eclipse.jetty.http.HttpException;
import org.jdbi.v3.core.JdbiException;
import org.plantbuddy.accounts.AccountsUnavailableException;
import org.plantbuddy.http.HttpLimits;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whatever goes wrong with a request is told to its sender in one form, and nothing of the server's inside with it. */
public final class Problems implements Routes {

    private static final Logger log = LoggerFactory.getLogger(Problems.class);
    static final String API = "/api/";
    private static final Set<Integer> TOO_LONG = Set.of(414, 431);

    private final Assets assets;

    public Problems(Assets assets) {
        this.assets = assets;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.error(404, "text/html", this::missing);
        routes.exception(Problem.class, (problem, context) -> answer(problem, context));
        routes.exception(
                HttpResponseException.class,
                (e, context) -> answer(
                        new Problem(
                                e.getStatus(),
                                String.valueOf(e.getMessage()),
                                "see docs/architecture.md for the addresses this server has"),
                        context));
        routes.exception(JdbiException.class, (e, context) -> {
            log.warn(
                    "request not served path={} reason=\"accounts database: {}\"",
                    context.path(),
                    AccountsUnavailableException.rootMessage(e));
            answer(new Problem(503, "the accounts database does not answer", "try again in a few seconds"), context);
        });
        routes.exception(ServletException.class, (e, context) -> answer(malformed(400), context));
        routes.exception(UnsupportedCharsetException.class, (e, context) -> answer(malformed(415), context));
        routes.exception(IllegalCharsetNameException.class, (e, context) -> answer(malformed(415), context));
        routes.exception(HttpException.RuntimeException.class, (e, context) -> answer(malformed(e.getCode()), context));
        routes.exception(IOException.class, (e, context) -> {
            if (HttpLimits.isTheClients(e)) {
                answer(malformed(400), context);
            } else {
                failed(e, context);
            }
        });
        routes.exception(Exception.class, Problems::failed);
    }

    private static void failed(Exception e, Context context) {
        log.error("request failed method={} path={}", context.method(), context.path(), e);
        answer(new Problem(500, "something failed on the server", "try again; the server's log says what"), context);
    }

    static Problem malformed(int status) {
        return TOO_LONG.contains(status)
                ? new Problem(status, "the address and headers are longer than 8 KiB together", "ask for less at once")
                : new Problem(status, "the request is malformed or incomplete", "send it again as HTTP has it");
    }

    /** Answers with a problem: as RFC 9457 has it under {@code /api/}. */
    public static void answer(Problem problem, Context context) {
        problem.retryAfterSeconds().ifPresent(wait -> context.header("Retry-After", Long.toString(wait)));
        context.status(problem.status());
        if (!context.path().startsWith(API)) {
            context.json(problem.body());
            return;
        }
        context.json(problem.apiBody()).contentType("application/problem+json");
        if (problem.status() == 401 && context.res().getHeader(Header.WWW_AUTHENTICATE) == null) {
            context.header(Header.WWW_AUTHENTICATE, "Bearer realm=\"plantbuddy\"");
        }
    }

    /** For people, whose browser asks for HTML; not under {@code /api/}, as some programs' libraries do so too. */
    private void missing(Context context) {
        if (!context.path().startsWith(API)) {
            context.contentType("text/html; charset=utf-8")
                    .result(assets.page("missing.html", Language.asked(context)));
        }
    }
}
