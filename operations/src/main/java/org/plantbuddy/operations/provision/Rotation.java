package org.plantbuddy.operations.provision;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.Services;
import org.plantbuddy.accounts.Tokens;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;
import org.plantbuddy.config.Secret;
import org.plantbuddy.flux.FluxScript;
import org.plantbuddy.influx.InfluxUnavailableException;
import org.plantbuddy.influx.Management;

/**
 * Replaces secrets of services that run: makes new ones, and withdraws the old when nobody uses them any more.
 *
 * <p>Between any two steps both the secret in the file and the one that a service may still have are valid, so it may end
 * anywhere. To do it again finishes it. Services read their files anew whenever they use a secret.
 */
final class Rotation {

    /** Longer than the broker takes to notice who uses a token, and than a run of a task that has read the secret. */
    static final Duration SETTLED = Duration.ofSeconds(25);

    private static final Duration LONGEST = Duration.ofMinutes(2);

    private final Config config;
    private final Accounts accounts;
    private final Consumer<String> progress;
    private final SecretFiles secrets;
    private final Clock clock;
    private final Duration settled;

    /**
     * @param settled how long nobody must have used a former secret; {@link #SETTLED}
     * @param progress told of what is done, a line each, without secrets
     */
    Rotation(Config config, Accounts accounts, Clock clock, Duration settled, Consumer<String> progress) {
        this.settled = settled;
        this.config = config;
        this.accounts = accounts;
        this.progress = progress;
        this.clock = clock;
        this.secrets = SecretFiles.of(config);
    }

    /** The secrets that can be replaced, by the names of their files: all that no key gives. */
    Set<String> names() {
        Set<String> names = new TreeSet<>(Provision.MQTT_SERVICES.keySet());
        names.addAll(ScopedTokens.files(config));
        if (!Operator.isGiven(config)) {
            names.add(Operator.TOKEN_FILE);
        }
        if (config.optional(Key.NOTIFY_SECRET).isEmpty()) {
            names.add(Provision.NOTIFY_SECRET_FILE);
        }
        return names;
    }

    /**
     * Makes new secrets in the files. Those before stay valid until {@link #withdraw}.
     *
     * @throws ProvisionException when one is none of {@link #names()}, or InfluxDB does not let it
     */
    void replace(Collection<String> wanted) {
        wanted.stream().filter(name -> !names().contains(name)).findFirst().ifPresent(unknown -> {
            throw new ProvisionException("there is no secret '" + unknown + "' to rotate; there are "
                    + String.join(", ", names()) + ", or none of them for all. What a key gives is changed there");
        });
        withInflux(influx -> {
            for (String name : wanted) {
                if (name.equals(Provision.NOTIFY_SECRET_FILE)) {
                    // All lines: after a rotation that was killed InfluxDB may still have any of them.
                    Secret before = secrets.readOrMake(name);
                    secrets.write(name, new Secret(Tokens.random() + "\n" + before.text()));
                    progress.accept("secret " + name + " made");
                } else if (Provision.MQTT_SERVICES.containsKey(name)) {
                    Secret made = new Secret(Tokens.random());
                    accounts.services().replace(Provision.MQTT_SERVICES.get(name), made.text());
                    secrets.write(name, made);
                    progress.accept("token " + name + " made");
                } else {
                    new ScopedTokens(config, influx, secrets, progress).replace(name);
                }
            }
        });
    }

    /**
     * Waits until the new secrets are in use, and withdraws those before.
     *
     * @throws ProvisionException when somebody still uses one after two minutes, or a rotation was killed that is not finished yet:
     *     that one stays valid
     */
    void withdraw() throws InterruptedException {
        withInflux(influx -> secrets.read(Provision.NOTIFY_SECRET_FILE)
                .ifPresent(lines -> influx.keepSecret(FluxScript.NOTIFY_SECRET, Provision.firstLine(lines))));
        progress.accept("waiting until the new ones are in use");
        TimeUnit.MILLISECONDS.sleep(settled.toMillis());
        secrets.read(Provision.NOTIFY_SECRET_FILE)
                .filter(lines -> lines.text().lines().count() > 1)
                .ifPresent(lines -> {
                    secrets.write(Provision.NOTIFY_SECRET_FILE, Provision.firstLine(lines));
                    progress.accept("the former " + Provision.NOTIFY_SECRET_FILE + " is void");
                });
        withInflux(influx -> new ScopedTokens(config, influx, secrets, progress).withdrawFormer());
        withdrawMqtt();
        withInflux(influx -> new ScopedTokens(config, influx, secrets, progress).requireNoOthers());
    }

    private void withdrawMqtt() throws InterruptedException {
        long end = System.nanoTime() + LONGEST.toNanos();
        List<String> used = stillUsed();
        while (!used.isEmpty() && System.nanoTime() < end) {
            TimeUnit.SECONDS.sleep(1);
            used = stillUsed();
        }
        if (!used.isEmpty()) {
            throw new ProvisionException("former tokens are still used, and stay valid: MQTT principals " + used
                    + ". Whoever uses them does not read them from the file that was replaced: give them the new one,"
                    + " and withdraw again");
        }
    }

    private List<String> stillUsed() {
        Services services = accounts.services();
        List<String> used = new ArrayList<>();
        for (String service : Provision.MQTT_SERVICES.values()) {
            if (!services.withdrawFormer(service, clock.instant().minus(settled))) {
                used.add(service);
            }
        }
        return used;
    }

    private void withInflux(Consumer<Management> work) {
        String url = Provision.url(config);
        try (Management influx = Operator.connect(config, url, secrets, progress)) {
            work.accept(influx);
        } catch (InfluxUnavailableException e) {
            throw Provision.says(url, e);
        }
    }
}
