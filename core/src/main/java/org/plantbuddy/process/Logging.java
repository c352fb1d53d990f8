package org.plantbuddy.process;

import java.util.Map;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.ConfigException;
import org.plantbuddy.config.Key;

/**
 * How a process writes its log, told before its first line: a text line an event, or with {@code PLANTBUDDY_LOG_FORMAT=json} a
 * JSON object an event. For the first statement of a {@code main}. Stateless.
 */
public final class Logging {

    private static final String PROVIDER = "slf4j.provider";
    private static final String SIMPLE = "org.slf4j.simple.SimpleServiceProvider";
    private static final String LOGBACK = "ch.qos.logback.classic.spi.LogbackServiceProvider";
    private static final String JSON = "json";

    private Logging() {}

    /** For a service, whose text is slf4j-simple's where that is on the class path. */
    public static void ofService(Map<String, String> environment) {
        boolean simple = !format(environment).equals(JSON) && isHere(SIMPLE);
        set(PROVIDER, simple ? SIMPLE : LOGBACK);
        logback("logback-service.xml", environment);
    }

    /** For a process with the embedded broker, which needs logback: HiveMQ brings a logback.xml that may come first. */
    public static void withBroker(String configuration, Map<String, String> environment) {
        set(PROVIDER, LOGBACK);
        logback(configuration, environment);
    }

    private static void logback(String configuration, Map<String, String> environment) {
        set("slf4j.internal.verbosity", "WARN"); // else SLF4J tells which backend was named
        set("logback.configurationFile", configuration);
        set(Key.LOG_FORMAT.variable(), format(environment)); // it may stand in the file of configuration
    }

    private static boolean isHere(String provider) {
        return Logging.class.getResource("/" + provider.replace('.', '/') + ".class") != null;
    }

    /** Who starts the process with another value has a reason. */
    private static void set(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    private static String format(Map<String, String> environment) {
        try {
            return Config.load(environment).text(Key.LOG_FORMAT);
        } catch (ConfigException e) {
            return Key.LOG_FORMAT.defaultText(); // the process itself says what is wrong
        }
    }
}
