package org.plantbuddy.broker.hivemq;

import com.codahale.metrics.MetricRegistry;
import com.hivemq.HiveMQServer;
import com.hivemq.extension.sdk.api.services.Services;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What holds only because Plant Buddy reaches into HiveMQ, and so only on versions that it was tried on. On another one, or
 * where an internal is missing, the broker refuses to start unless the operator accepts that; see decision 0196. For one
 * thread.
 */
public final class Guarantees {

    /** Metric: 1 where a guarantee holds, by its label. */
    public static final String METRICS = "org.plantbuddy.guarantee.";

    /** On these the tests of this project run. */
    static final Set<String> TRIED = Set.of("2025.5");

    private static final Logger LOG = LoggerFactory.getLogger(Guarantees.class);
    private static final String ACCEPT = "accept";

    /** What may be missing. */
    public enum Guarantee {
        /** Not tried on an unknown version: it changes HiveMQ's files. */
        CRASH_REPAIR("crash-repair", "readings that a bridge had when the broker was killed are delivered again", true),
        /** The same. */
        ONE_BRIDGE("one-bridge", "when one of several bridges goes the others go on at once", true),
        QUEUE_BOUND("queue-bound", "readings that find no room in the bridges' queue are refused, not dropped", false),
        DRAIN("drain", "a backup knows when all that was acknowledged is stored", false),
        THROTTLE("throttle", "a client over its quota is read no further", false),
        CONNECTIONS("connections", "connections are bounded before sign-in", false);

        private final String label;
        private final String meaning;
        private final boolean writes;

        Guarantee(String label, String meaning, boolean writes) {
            this.label = label;
            this.meaning = meaning;
            this.writes = writes;
        }

        /** In metrics and messages, for example {@code queue-bound}. */
        public String label() {
            return label;
        }
    }

    /** Reaches into HiveMQ for something. */
    public interface Reach<T> {
        T get() throws ReflectiveOperationException;
    }

    /** Reaches into HiveMQ. */
    public interface Action {
        void run() throws ReflectiveOperationException;
    }

    private final String version;
    private final boolean isTried;
    private final boolean accepted;
    private final Map<Guarantee, Boolean> held = new EnumMap<>(Guarantee.class);

    private Guarantees(String version, boolean isTried, boolean accepted) {
        this.version = version;
        this.isTried = isTried;
        this.accepted = accepted;
    }

    /** The version of the HiveMQ that runs. Its own service tells that of any jar beside it, where it is embedded. */
    public static String runningVersion() {
        @Nullable String version = HiveMQServer.class.getPackage().getImplementationVersion();
        return version == null ? Services.adminService().getServerInformation().getVersion() : version;
    }

    /**
     * On the HiveMQ that runs.
     *
     * @param version {@link #runningVersion}
     * @throws IllegalStateException on a version that was not tried, unless the operator accepts it
     */
    public static Guarantees on(String version, Config config) {
        String text = config.text(Key.BROKER_UNVERIFIED);
        if (!text.isEmpty() && !text.equals(ACCEPT)) {
            throw new IllegalStateException(
                    Key.BROKER_UNVERIFIED.variable() + "=" + text + " must be '" + ACCEPT + "' or not set");
        }
        Guarantees guarantees = new Guarantees(version, TRIED.contains(version), text.equals(ACCEPT));
        if (!guarantees.isTried) {
            guarantees.refuseUnlessAccepted("Plant Buddy was not tried on HiveMQ " + version);
        }
        return guarantees;
    }

    /** Does what a guarantee needs, and answers whether it holds; see {@link #with}. */
    public boolean holds(Guarantee guarantee, Action action) {
        return with(guarantee, () -> {
                    action.run();
                    return true;
                })
                .isPresent();
    }

    /**
     * Does what a guarantee needs. Empty where it cannot be done and the operator accepts that.
     *
     * @throws IllegalStateException where it cannot be done otherwise
     */
    public <T> Optional<T> with(Guarantee guarantee, Reach<T> reach) {
        held.put(guarantee, false);
        String reason = "not tried on this version";
        if (isTried || !guarantee.writes) {
            try {
                T reached = reach.get();
                held.put(guarantee, true);
                return Optional.of(reached);
            } catch (ReflectiveOperationException | ClassCastException | LinkageError e) {
                refuseUnlessAccepted("HiveMQ " + version + " looks different inside (" + e
                        + "), so it is not certain that " + guarantee.meaning);
                reason = e.toString();
            }
        }
        LOG.warn("guarantee={} held=false version={} reason=\"{}\"", guarantee.label, version, reason);
        return Optional.empty();
    }

    private void refuseUnlessAccepted(String why) {
        if (!accepted) {
            throw new IllegalStateException(
                    why + ". Run HiveMQ CE " + String.join(" or ", new TreeSet<>(TRIED)) + ", or set "
                            + Key.BROKER_UNVERIFIED.variable() + "=" + ACCEPT
                            + " to run without guarantees (docs/operations.md, \"Another HiveMQ\")");
        }
    }

    /** What does not hold, by its label; empty on a version that was tried. */
    public List<String> missing() {
        return held.entrySet().stream()
                .filter(guarantee -> !guarantee.getValue())
                .map(guarantee -> guarantee.getKey().label())
                .toList();
    }

    /** Shows each, also after an extension that ran before in this broker. */
    public void measure(MetricRegistry metrics) {
        held.forEach((guarantee, holds) -> {
            metrics.remove(METRICS + guarantee.label());
            metrics.gauge(METRICS + guarantee.label(), () -> () -> holds ? 1 : 0);
        });
    }
}
