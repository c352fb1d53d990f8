package org.plantbuddy.standalone;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.time.Instant;
import java.util.Locale;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;

/** What {@code doctor} looks at of the machine. */
final class Machine {

    private static final int LEAST_JAVA = 17;

    /** What `up` and its InfluxDB take at most, docs/operations.md. */
    private static final long LEAST_MEMORY = 2_000_000_000L;

    /** For what is no connection: journals, the broker's stores, libraries. */
    private static final long OTHER_FILES = 2_000;

    /** No release is older: a clock before it was never set. */
    private static final Instant RELEASED = Instant.parse("2026-01-01T00:00:00Z");

    private Machine() {}

    static Finding java() {
        int version = Runtime.version().feature();
        String detail = "Java " + Runtime.version() + " in " + System.getProperty("java.home");
        return version >= LEAST_JAVA
                ? Finding.well("java", detail)
                : Finding.wrong("java", detail, "set JAVA_HOME to a JDK " + LEAST_JAVA + " or newer");
    }

    static Finding memory() {
        long all = ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getTotalMemorySize();
        String detail = String.format(Locale.ROOT, "%,d MB in all", all / 1_000_000);
        return all >= LEAST_MEMORY
                ? Finding.well("memory", detail)
                : Finding.wrong(
                        "memory",
                        detail + ", and `up` with its InfluxDB takes up to 2,000 MB",
                        "give the machine or container more memory, or run InfluxDB elsewhere (PLANTBUDDY_INFLUX_URL)");
    }

    static Finding openFiles(Config config) {
        if (!(ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system)) {
            return Finding.well("open-files", "not limited here");
        }
        long most = system.getMaxFileDescriptorCount();
        long sockets = config.number(Key.MQTT_SOCKETS);
        long needed = sockets + OTHER_FILES;
        String detail = most + " files and connections may be open at once";
        return most >= needed
                ? Finding.well("open-files", detail)
                : Finding.wrong(
                        "open-files",
                        detail + ", and " + Key.MQTT_SOCKETS.variable() + "=" + sockets + " takes " + needed,
                        "raise the limit (ulimit -n " + needed + "; systemd: LimitNOFILE=" + needed + "), or set "
                                + Key.MQTT_SOCKETS.variable() + " to at most " + Math.max(0, most - OTHER_FILES));
    }

    static Finding clock(Clock clock) {
        Instant now = clock.instant();
        return now.isAfter(RELEASED)
                ? Finding.well("clock", now.toString())
                : Finding.wrong(
                        "clock",
                        "it is " + now + " here, before this program was made",
                        "set the clock and keep it so (timedatectl set-ntp true): readings without a time of their own"
                                + " are stored at this one");
    }
}
