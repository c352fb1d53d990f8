package org.plantbuddy.operations.provision;

import java.util.ArrayList;
import java.util.List;
import org.plantbuddy.influx.InfluxUnavailableException;

/** Rights that a token lacks, gathered so that a person is told all of them at once. For one thread. */
final class MissingRights {

    private static final int NOT_IN_TIME = 408;
    private static final int TOO_MANY = 429;

    private final List<String> missing = new ArrayList<>();

    /**
     * Takes a step.
     *
     * @param needed the right it takes, in words
     * @return whether InfluxDB let it
     * @throws InfluxUnavailableException when that cannot be told
     */
    boolean allow(String needed, Runnable step) {
        try {
            step.run();
            return true;
        } catch (InfluxUnavailableException e) {
            if (!isDenial(e)) {
                throw e;
            }
            add(needed + " (InfluxDB says: " + e.getMessage() + ")");
            return false;
        }
    }

    /** A bucket that a token must not see does not exist for it; a task it must not make is a failure inside. */
    private static boolean isDenial(InfluxUnavailableException e) {
        boolean clients = e.isRefusal() && e.status() != NOT_IN_TIME && e.status() != TOO_MANY;
        return clients || String.valueOf(e.getMessage()).contains("unauthorized");
    }

    void add(String needed) {
        missing.add(needed);
    }

    /**
     * Passes when nothing is missing.
     *
     * @throws ProvisionException naming all that is, a line each
     */
    void requireNone(String url) {
        if (!missing.isEmpty()) {
            throw new ProvisionException("InfluxDB at " + url + " lets the token of PLANTBUDDY_INFLUX_OPERATOR_TOKEN"
                    + " do less than is needed. Give it these rights, or another token:\n  - "
                    + String.join("\n  - ", missing));
        }
    }
}
