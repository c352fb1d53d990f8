package org.plantbuddy.web.series;

import java.util.Set;

/**
 * What a request asks for. Its names have been checked.
 *
 * @param devices none: all of the user's
 * @param sensors none: all
 */
record Asked(String user, Set<String> devices, Set<String> sensors, Span span) {}
