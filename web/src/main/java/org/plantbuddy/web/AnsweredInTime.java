package org.plantbuddy.web;

import io.javalin.config.JavalinConfig;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpFilter;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.plantbuddy.process.Deadline;

/**
 * However many parts a request needs and however they hang, it is answered: with what is there, or with what is missing. A
 * request whose answer takes its time lifts its {@link Deadline} itself.
 */
final class AnsweredInTime extends HttpFilter {

    /** Nobody should have to wait 5 s, and a busy machine has to write the answer, too. */
    private static final Duration LENGTH = Duration.ofMillis(3_500);

    private AnsweredInTime() {}

    static void set(JavalinConfig javalin) {
        FilterHolder filter = new FilterHolder(new AnsweredInTime());
        filter.setAsyncSupported(true);
        javalin.jetty.modifyServletContextHandler(
                servlets -> servlets.addFilter(filter, "/*", EnumSet.of(DispatcherType.REQUEST)));
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain rest)
            throws IOException, ServletException {
        Deadline.start(LENGTH);
        try {
            rest.doFilter(request, response);
        } finally {
            Deadline.lift();
        }
    }
}
