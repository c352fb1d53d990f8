package org.plantbuddy.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.Tag;

/** docker-compose.yml, with docker-compose.tls.yml over it, against {@link Key}, the sources of the services, and what docs/operations.md says of it. */
class ComposeFileTest {

    private static final Path ROOT = Path.of(System.getProperty("plantbuddy.root", ".."));
    private static final Pattern READ = Pattern.compile("\\bKey\\.([A-Z_]+)\\b");
    private static final String ACCOUNTS = "accounts/src/main/java/org/plantbuddy/accounts";

    private static final String WATCH = "watch/src/main/java";

    private static Map<?, ?> services = Map.of();
    private static Map<?, ?> withTls = Map.of();
    private static Set<Key> setByCompose = Set.of();

    /** A service, the sources it is made of, and which of them it does not run. */
    private record Service(String name, Pattern without, List<String> sources) {

        Set<Key> reads() throws IOException {
            Set<Key> keys = EnumSet.noneOf(Key.class);
            for (String source : sources) {
                try (Stream<Path> files = Files.walk(ROOT.resolve(source))) {
                    for (Path file : files.filter(Files::isRegularFile).toList()) {
                        if (!without.matcher(file.toString()).find()) {
                            READ.matcher(Files.readString(file))
                                    .results()
                                    .forEach(key -> keys.add(Key.valueOf(key.group(1))));
                        }
                    }
                }
            }
            return keys;
        }

        String block() {
            return String.valueOf(services.get(name)) + withTls.get(name);
        }
    }

    /** Compose's own tags say how a file that is put over another changes it. */
    private static final class Compose extends SafeConstructor {
        Compose() {
            super(new LoaderOptions());
            yamlConstructors.put(new Tag("!override"), new ConstructYamlSeq());
            yamlConstructors.put(new Tag("!reset"), new ConstructYamlSeq());
        }
    }

    private static Map<?, ?> services(String file) throws IOException {
        Object read = new Yaml(new Compose()).load(Files.readString(ROOT.resolve(file)));
        return read instanceof Map<?, ?> compose && compose.get("services") instanceof Map<?, ?> known
                ? known
                : Map.of();
    }

    /** Of both files. */
    private static Stream<Map<?, ?>> all() {
        return Stream.of(services, withTls)
                .flatMap(file -> file.values().stream())
                .map(service -> (Map<?, ?>) service);
    }

    static List<Service> services() {
        Pattern nothing = Pattern.compile("^$");
        return List.of(
                new Service(
                        "provision",
                        nothing,
                        List.of("operations/src/main/java/org/plantbuddy/operations/provision", ACCOUNTS)),
                new Service(
                        "broker",
                        Pattern.compile("EmbeddedBroker|BrokerConfigFile"),
                        List.of("broker-config/src/main/java", ACCOUNTS)),
                new Service("bridge", nothing, List.of("bridge/src/main/java", WATCH, ACCOUNTS)),
                new Service("web", nothing, List.of("web/src/main/java", WATCH, ACCOUNTS)),
                new Service(
                        "tools",
                        Pattern.compile("Standalone|Ports|Demo|RestoreCommand|VerifyCommand"),
                        List.of(
                                "standalone/src/main/java",
                                "operations/src/main/java/org/plantbuddy/operations/history",
                                ACCOUNTS)),
                new Service(
                        "backup",
                        nothing,
                        List.of(
                                "standalone/src/main/java/org/plantbuddy/standalone/RestoreCommand.java",
                                "standalone/src/main/java/org/plantbuddy/standalone/VerifyCommand.java",
                                "operations/src/main/java/org/plantbuddy/operations/backup",
                                ACCOUNTS)));
    }

    @BeforeAll
    static void read() throws IOException {
        services = services("docker-compose.yml");
        withTls = services("docker-compose.tls.yml");
        String page = Files.readString(ROOT.resolve("docs/operations.md"));
        String table = page.substring(page.indexOf("<!-- set by Compose -->"), page.indexOf("<!-- end of set by"));
        setByCompose = EnumSet.noneOf(Key.class);
        Arrays.stream(Key.values())
                .filter(key -> table.contains("`" + key.variable() + "`"))
                .forEach(setByCompose::add);
    }

    /** In the environment without a value, which Compose passes on, or put into something. */
    private static boolean canBeSet(Key key) {
        return all().anyMatch(service -> isPassedOn(service, key) || isPutIn(service.toString(), key));
    }

    private static boolean isPassedOn(Map<?, ?> service, Key key) {
        return service.get("environment") instanceof Map<?, ?> environment
                && environment.containsKey(key.variable())
                && environment.get(key.variable()) == null;
    }

    private static boolean isPutIn(String text, Key key) {
        return text.contains("${" + key.variable() + ":-");
    }

    private static boolean isPublishedPort(Key key) {
        return all().map(service -> service.get("ports")).anyMatch(ports -> isPutIn(String.valueOf(ports), key));
    }

    @ParameterizedTest
    @EnumSource(Key.class)
    void everyKeyCanBeSetInEnvOrThePageSaysWhyNot(Key key) {
        assertThat(canBeSet(key))
                .as(
                        "%s: add it without a value to the environment of the services that read it in"
                                + " docker-compose.yml, or to the table of docs/operations.md with the reason why Compose"
                                + " sets it, not both",
                        key.variable())
                .isNotEqualTo(setByCompose.contains(key));
    }

    @ParameterizedTest
    @MethodSource("services")
    void everyKeyThatAServiceReadsReachesIt(Service service) throws IOException {
        Predicate<Key> reaches = key -> service.block().contains(key.variable())
                || setByCompose.contains(key)
                || isPublishedPort(key)
                || key == Key.INFLUX_OPERATOR_TOKEN; // see below
        assertThat(service.reads())
                .as("keys that %s reads: each belongs in its environment in docker-compose.yml", service.name())
                .isNotEmpty()
                .allMatch(reaches);
    }

    /** A key of no use to anybody would be ignored in silence. */
    @Test
    void imagesAreBuiltOfTheModulesAndOfNothingElseThatLiesBeside() throws IOException {
        List<String> lines = Files.readAllLines(ROOT.resolve(".dockerignore")).stream()
                .filter(line -> !line.startsWith("#"))
                .toList();
        assertThat(lines).first().isEqualTo("*"); // a passphrase and backups lie where docs/operations.md puts them
        assertThat(Pattern.compile("<module>([^/<]+)[^<]*</module>")
                        .matcher(Files.readString(ROOT.resolve("pom.xml")))
                        .results())
                .isNotEmpty()
                .allSatisfy(module ->
                        assertThat(lines).containsAnyOf("!" + module.group(1), "!" + module.group(1) + "/pom.xml"));
    }

    @Test
    void nothingIsPassedOnThatIsNoKey() {
        Set<String> unknown = new TreeSet<>();
        for (Map<?, ?> service : all().toList()) {
            if (service.get("environment") instanceof Map<?, ?> environment) {
                environment.keySet().stream()
                        .map(String::valueOf)
                        .filter(name -> name.startsWith(Key.PREFIX))
                        .filter(name -> Key.ofVariable(name).isEmpty()
                                && Key.ofFileVariable(name).isEmpty())
                        .forEach(unknown::add);
            }
        }
        assertThat(unknown).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = Key.class,
            names = {"INFLUX_OPERATOR_TOKEN"})
    void theOperatorsTokenReachesProvisioningAndBackupsAlone(Key key) {
        services.forEach((name, service) -> assertThat(service.toString().contains(key.variable()))
                .as("%s", name)
                .isEqualTo(name.equals("provision") || name.equals("backup")));
    }

    /** What TLS takes away from the ports must not come back by another way. */
    @Test
    void withTlsNothingElseIsPublishedButTlsAndInfluxDbOnLoopback() {
        assertThat(withTls.get("broker"))
                .asInstanceOf(InstanceOfAssertFactories.MAP)
                .containsEntry(
                        "ports",
                        List.of(
                                "${PLANTBUDDY_MQTT_TLS_PORT:-8883}:8883",
                                "${PLANTBUDDY_MQTT_WEBSOCKET_PORT:-8000}:8000"));
        services.forEach((name, service) -> {
            Object ports = ((Map<?, ?>) service).get("ports");
            if (ports instanceof List<?> published && !List.of("broker", "web").contains(name)) {
                assertThat(published)
                        .as("%s", name)
                        .allMatch(port -> port.toString().startsWith("127.0.0.1:"));
            }
        });
    }

    /** Whoever has it can be anybody for all boards and browsers that know the authority. */
    @Test
    void theKeyOfTheAuthorityReachesThoseAloneThatSignWithItOrBackItUp() {
        Stream.of(services, withTls)
                .forEach(file -> file.forEach(
                        (name, service) -> assertThat(service.toString().contains("tls-ca:"))
                                .as("%s", name)
                                .isEqualTo(List.of("certificates", "backup").contains(name) && file == services)));
    }

    /** What a restored system cannot do without, wherever its accounts are, and time to delete what was restored to try it. */
    @Test
    void backupReachesWhatItIsOf() {
        assertThat(services.get("backup"))
                .asInstanceOf(InstanceOfAssertFactories.MAP)
                .containsEntry(
                        "volumes",
                        List.of(
                                "provision:/data",
                                "accounts:/accounts",
                                "database-secret:/secrets/database:ro",
                                "tls:/data/tls",
                                "tls-ca:/data/tls-ca"))
                .containsEntry("networks", List.of("store", "accounts"))
                .containsEntry("stop_grace_period", "90s");
    }

    @Test
    void settingsBackupsAndPassphraseStayOnThisMachine() throws IOException {
        assertThat(Files.readAllLines(ROOT.resolve(".gitignore"))).contains(".env", "/backups/", "/passphrase");
    }

    /** An image's VOLUME without a place of its own becomes a volume without a name, which nothing ever removes. */
    @Test
    void everyVolumeOfAnImageHasItsPlace() {
        assertThat(String.valueOf(services.get("broker")))
                .contains(":/opt/hivemq/data")
                .contains("/opt/hivemq/log:");
        assertThat(String.valueOf(services.get("influxdb")))
                .contains(":/var/lib/influxdb2")
                .contains("/etc/influxdb2:");
    }
}
