package org.plantbuddy.web.signin;

import java.util.List;

/**
 * What somebody calls a browser of theirs, such as Firefox on Linux, by what it says of itself. Only names that are known here are
 * said, whatever a browser claims to be. Stateless.
 */
final class BrowserName {

    /** The first that is found: most browsers say that they are Safari, and many that they are Chrome. */
    private static final List<Mark> BROWSERS = List.of(
            new Mark("Edg", "Edge"),
            new Mark("OPR/", "Opera"),
            new Mark("SamsungBrowser/", "Samsung Internet"),
            new Mark("Firefox/", "Firefox"),
            new Mark("FxiOS/", "Firefox"),
            new Mark("CriOS/", "Chrome"),
            new Mark("Chrome/", "Chrome"),
            new Mark("Safari/", "Safari"));

    private static final List<Mark> SYSTEMS = List.of(
            new Mark("iPhone", "iPhone"),
            new Mark("iPad", "iPad"),
            new Mark("Android", "Android"),
            new Mark("Windows", "Windows"),
            new Mark("Mac OS X", "Mac"),
            new Mark("CrOS", "ChromeOS"),
            new Mark("Linux", "Linux"));

    private static final String OTHER = "A program";

    private record Mark(String text, String name) {}

    private BrowserName() {}

    /** @param userAgent as the header has it; empty where there is none */
    static String of(String userAgent) {
        String browser = first(BROWSERS, userAgent, OTHER);
        String system = first(SYSTEMS, userAgent, "");
        return system.isEmpty() ? browser : browser + " on " + system;
    }

    private static String first(List<Mark> marks, String userAgent, String otherwise) {
        return marks.stream()
                .filter(mark -> userAgent.contains(mark.text()))
                .map(Mark::name)
                .findFirst()
                .orElse(otherwise);
    }
}
