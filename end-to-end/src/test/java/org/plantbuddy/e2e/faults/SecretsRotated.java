package org.plantbuddy.e2e.faults;

import java.util.Map;
import java.util.TreeMap;

/** All secrets are replaced, by a rotation that is killed somewhere and by a second one, which withdraws those before. */
final class SecretsRotated implements Fault {

    private static final int KILLED_WITHIN_MS = 4_000;

    @Override
    public String title() {
        return "secrets replaced, the first time killed";
    }

    @Override
    public String strike(Site site) throws Exception {
        Fleet fleet = site.fleet();
        site.awaitSomeInstant();
        Map<String, String> before = secrets(fleet);
        int lived = site.random().nextInt(KILLED_WITHIN_MS);
        fleet.provisionFor(lived, "secrets", "rotate");
        long gap = longestGap(site, fleet);
        Map<String, String> after = secrets(fleet);
        if (before.entrySet().stream().anyMatch(secret -> secret.getValue().equals(after.get(secret.getKey())))) {
            throw new IllegalStateException("a secret is the same as before");
        }
        if (fleet.accounts.services().authenticate("$bridge", before.getOrDefault("mqtt-bridge-token", ""))) {
            throw new IllegalStateException("the former token is still valid");
        }
        return site.state() + " killed after " + lived + " ms, longest time without an acknowledgement " + gap + " ms";
    }

    /** Rotates, and looks meanwhile for how long no board was answered. */
    private static long longestGap(Site site, Fleet fleet) throws Exception {
        Process rotation = fleet.provisionBeside("secrets", "rotate");
        long longest = 0;
        long acknowledged = site.senders().progress().acknowledged();
        long since = System.nanoTime();
        while (rotation.isAlive()) {
            Thread.sleep(50);
            long now = site.senders().progress().acknowledged();
            if (now != acknowledged) {
                acknowledged = now;
                since = System.nanoTime();
            }
            longest = Math.max(longest, System.nanoTime() - since);
        }
        if (rotation.waitFor() != 0) {
            throw new IllegalStateException("the rotation failed, see provision.log");
        }
        return longest / 1_000_000;
    }

    private static Map<String, String> secrets(Fleet fleet) throws Exception {
        Map<String, String> secrets = new TreeMap<>();
        for (String name : new String[] {"mqtt-bridge-token", "influx-bridge-token", "notify-secret"}) {
            secrets.put(name, fleet.secret(name));
        }
        return secrets;
    }
}
