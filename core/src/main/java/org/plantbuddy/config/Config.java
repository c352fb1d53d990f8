package org.plantbuddy.config;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.plantbuddy.time.WrittenDuration;

/**
 * The settings of one process, all checked when it starts: reading a value afterwards cannot fail.
 *
 * <p>Immutable and thread-safe.
 */
public final class Config {

    private static final int MAX_PORT = 65_535;

    private static final String KEYSTORE_GONE =
            " is no key any more: certificate and key are PEM now, in the folder that PLANTBUDDY_TLS_FOLDER names."
                    + " openssl pkcs12 -in KEYSTORE -nokeys -out fullchain.pem and openssl pkcs12 -in KEYSTORE -nocerts"
                    + " -nodes -out privkey.pem take them out of a keystore; see docs/operations.md, TLS";

    /** What was a key once, and what to do instead. */
    private static final Map<String, String> FORMER = Map.of(
            "PLANTBUDDY_MQTT_TLS_KEYSTORE", KEYSTORE_GONE,
            "PLANTBUDDY_MQTT_TLS_KEYSTORE_PASSWORD", " is no key any more: see PLANTBUDDY_TLS_FOLDER",
            "PLANTBUDDY_MQTT_TLS_KEYSTORE_PASSWORD_FILE", " is no key any more: see PLANTBUDDY_TLS_FOLDER");

    /** The launcher's own: where it keeps what it built, and what more it tells Java. */
    private static final Set<String> LAUNCHERS = Set.of("PLANTBUDDY_CACHE", "PLANTBUDDY_JVM_OPTIONS");

    private final Map<Key, String> values;

    /** Of secrets that files hold. */
    private final Map<Key, SecretFile> files;

    private Config(Map<Key, String> values, Map<Key, SecretFile> files) {
        this.values = values;
        this.files = files;
    }

    /**
     * Reads the properties file that {@code PLANTBUDDY_CONFIG} names, if any, and the environment over it.
     *
     * @param environment variables; those that do not start with {@code PLANTBUDDY_} are ignored
     * @throws ConfigException for unknown keys and values of the wrong form, all of them in one message
     */
    public static Config load(Map<String, String> environment) {
        return load(environment, "", Set.of());
    }

    /**
     * The same for a process that needs some keys: those that are not set are told with all other errors.
     *
     * @param who needs them, e.g. {@code the bridge}
     */
    public static Config load(Map<String, String> environment, String who, Set<Key> needed) {
        List<String> errors = new ArrayList<>();
        Map<String, String> texts = new TreeMap<>(file(environment, errors));
        environment.forEach((name, text) -> {
            if (name.startsWith(Key.PREFIX)) {
                texts.put(name, text);
            }
        });
        Config config = new Config(new EnumMap<>(Key.class), new EnumMap<>(Key.class));
        texts.forEach((name, text) -> config.accept(name, text, errors));
        errors.addAll(config.missing(who, needed));
        if (!errors.isEmpty()) {
            throw new ConfigException(errors);
        }
        return config;
    }

    /**
     * Passes when all these keys are set.
     *
     * @throws ConfigException naming all that are not
     */
    public void require(String who, Set<Key> needed) {
        List<String> missing = missing(who, needed);
        if (!missing.isEmpty()) {
            throw new ConfigException(missing);
        }
    }

    private List<String> missing(String who, Set<Key> needed) {
        return needed.stream()
                .sorted()
                .filter(key -> text(key).isEmpty())
                .map(key -> key.variable()
                        + (key.type() == Key.Type.SECRET ? " or " + key.variable() + Key.FILE_SUFFIX : "")
                        + " is not set: " + who + " needs it (" + key.meaning() + ")")
                .toList();
    }

    private static Map<String, String> file(Map<String, String> environment, List<String> errors) {
        String name = environment.getOrDefault(Key.CONFIG.variable(), "");
        if (name.isEmpty()) {
            return Map.of();
        }
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(Path.of(name))) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            errors.add(Key.CONFIG.variable() + "=" + name + " cannot be read: " + e.getMessage());
        }
        Map<String, String> texts = new TreeMap<>();
        properties.stringPropertyNames().forEach(key -> texts.put(key, properties.getProperty(key)));
        return texts;
    }

    private void accept(String name, String text, List<String> errors) {
        Optional<Key> key = Key.ofVariable(name);
        Optional<Key> fromFile = Key.ofFileVariable(name);
        if (key.isPresent()) {
            problem(key.get(), text).ifPresent(errors::add);
            values.put(key.get(), text.strip());
        } else if (fromFile.isPresent()) {
            try {
                keep(fromFile.get(), Path.of(text));
            } catch (IOException e) {
                errors.add(name + "=" + text + " cannot be read: " + e + "; give the path of a readable file");
                values.put(fromFile.get(), text); // told once: it is not missing
            }
        } else if (!LAUNCHERS.contains(name)) {
            errors.add(name + FORMER.getOrDefault(name, " is not a known key; see docs/configuration.md"));
        }
    }

    private void keep(Key key, Path file) throws IOException {
        SecretFile secret = new SecretFile(file);
        files.put(key, secret);
        values.put(key, secret.get().text());
    }

    private static Optional<String> problem(Key key, String text) {
        boolean fits = switch (key.type()) {
            case TEXT, PATH, SECRET -> true;
            case PORT -> text.strip().matches("\\d{1,5}") && Integer.parseInt(text.strip()) <= MAX_PORT;
            case NUMBER -> text.strip().matches("\\d{1,18}") && key.allows(Long.parseLong(text.strip()));
            case DURATION -> WrittenDuration.parse(text).isPresent();
            case FORMAT -> text.strip().matches("text|json");
        };
        String rule = switch (key.type()) {
            case PORT -> "a port from 0 to 65535";
            case NUMBER -> "a whole number" + key.bounds();
            case DURATION -> "a number and a unit: ms, s, m, h or d, for example 10s";
            case FORMAT -> "text or json";
            case TEXT, PATH, SECRET -> "a text";
        };
        return fits ? Optional.empty() : Optional.of(key.variable() + "=" + text + " must be " + rule);
    }

    /** The text of a key, or its default; empty where neither is given. */
    public String text(Key key) {
        return values.getOrDefault(key, key.defaultText());
    }

    /** The text of an optional key. */
    public Optional<String> optional(Key key) {
        return Optional.of(text(key)).filter(text -> !text.isEmpty());
    }

    /** Every key that is set, with its text: secrets among them. */
    public Map<Key, String> given() {
        return Map.copyOf(values);
    }

    /** A TCP port; 0 means any free one. */
    public int port(Key key) {
        return Integer.parseInt(text(key));
    }

    /** Whether page and broker have a certificate. */
    public boolean speaksTls() {
        return optional(Key.TLS_FOLDER).isPresent();
    }

    /** The broker's port as boards reach it. */
    public int publicMqttPort() {
        if (optional(Key.PUBLIC_MQTT_PORT).isPresent()) {
            return port(Key.PUBLIC_MQTT_PORT);
        }
        return port(speaksTls() ? Key.MQTT_TLS_PORT : Key.MQTT_PORT);
    }

    public long number(Key key) {
        return Long.parseLong(text(key));
    }

    public Path path(Key key) {
        return Path.of(text(key));
    }

    /** A secret, from the key itself or from the file that {@code <KEY>_FILE} names, as it was at the start. */
    public Optional<Secret> secret(Key key) {
        return optional(key).map(Secret::new);
    }

    /** The same for who runs for long: as it is each time it is asked for, since a file may be replaced meanwhile. */
    public Optional<Supplier<Secret>> currentSecret(Key key) {
        SecretFile file = files.get(key);
        return secret(key).map(atStart -> file == null ? () -> atStart : file);
    }

    public Duration duration(Key key) {
        return WrittenDuration.parse(text(key))
                .orElseThrow(() -> new IllegalStateException(key + " is not a duration"));
    }

    /** A copy with some keys set, for a process that starts the parts itself and knows their ports and secrets. */
    public Config with(Map<Key, String> more) {
        Map<Key, String> merged = new EnumMap<>(Key.class);
        merged.putAll(values);
        merged.putAll(more);
        Map<Key, SecretFile> others = new EnumMap<>(Key.class);
        others.putAll(files);
        others.keySet().removeAll(more.keySet());
        return new Config(merged, others);
    }

    /**
     * A copy with some secrets from files.
     *
     * @throws IOException when one cannot be read
     */
    public Config withSecretFiles(Map<Key, Path> more) throws IOException {
        Config copy = with(Map.of());
        for (Map.Entry<Key, Path> entry : more.entrySet()) {
            copy.keep(entry.getKey(), entry.getValue());
        }
        return copy;
    }
}
