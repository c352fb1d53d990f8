package org.plantbuddy.web.http;

import io.javalin.config.RoutesConfig;

/** What of the page's addresses one part of it serves. */
public interface Routes {

    /** Called once, before the page is served. */
    void addTo(RoutesConfig routes);
}
