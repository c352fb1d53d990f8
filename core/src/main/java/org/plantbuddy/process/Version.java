package org.plantbuddy.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Which build this is. */
public final class Version {

    private static final String FILE = "version.properties";

    private Version() {}

    /** For example {@code 0.1.0 (commit 1427c4f)}; without the commit where the build was not told it. */
    public static String text() {
        String commit = commit();
        return number() + (commit.isEmpty() ? "" : " (commit " + commit + ")");
    }

    static String number() {
        return read().getProperty("version", "");
    }

    /** Empty where the build was not told it. */
    static String commit() {
        return read().getProperty("commit", "");
    }

    private static Properties read() {
        Properties properties = new Properties();
        try (InputStream file = Version.class.getResourceAsStream(FILE)) {
            properties.load(file);
        } catch (IOException e) {
            throw new UncheckedIOException(FILE + " cannot be read", e);
        }
        return properties;
    }

    /** Whether a process is only asked for its version; then it has been printed. */
    public static boolean asked(String part, String... arguments) {
        boolean asked = arguments.length == 1 && arguments[0].equals("--version");
        if (asked) {
            System.out.println(part + " " + text());
        }
        return asked;
    }
}
