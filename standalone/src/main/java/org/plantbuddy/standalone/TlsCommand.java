package org.plantbuddy.standalone;

import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.plantbuddy.accounts.AccountException;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.command.Output;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;
import org.plantbuddy.tls.Identity;
import org.plantbuddy.tls.TlsFolder;
import org.plantbuddy.topic.Names;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code plantbuddy tls}: the certificate of page and broker, and an authority of one's own. */
@Command(
        name = "tls",
        mixinStandardHelpOptions = true,
        description = "The certificate of page and broker: make, renew, show; certificates of boards.",
        synopsisSubcommandLabel = "(init | renew | show | board)")
final class TlsCommand {

    private static final String HOST = "--host";
    private static final String HOST_MEANING =
            "name or address by which clients look for this machine; several times for several";

    private final Supplier<Config> config;
    private final Supplier<Accounts> accounts;

    TlsCommand(Supplier<Config> config, Supplier<Accounts> accounts) {
        this.config = config;
        this.accounts = accounts;
    }

    @Command(
            name = "init",
            mixinStandardHelpOptions = true,
            description = "Make an authority of your own, and a certificate of it.")
    int init(
            @Option(names = HOST, description = HOST_MEANING) @Nullable List<String> hosts,
            @Option(names = "--if-missing", description = "where there is a certificate, only check it")
                    boolean ifMissing,
            @Mixin Output output)
            throws IOException {
        Config read = config.get();
        OwnTls own = OwnTls.of(read);
        if (ifMissing && (read.speaksTls() || own.folder().isFilled())) {
            return show(output);
        }
        requireOwn(read);
        own.make(hosts == null ? OwnTls.usualHosts(read) : hosts);
        return show(output);
    }

    @Command(
            name = "renew",
            mixinStandardHelpOptions = true,
            description = "Make a new certificate, for the same names unless others are given. What runs takes it by"
                    + " itself.")
    int renew(@Option(names = HOST, description = HOST_MEANING) @Nullable List<String> hosts, @Mixin Output output)
            throws IOException {
        Config read = config.get();
        requireOwn(read);
        OwnTls own = OwnTls.of(read);
        own.open().serve(own.folder(), hosts == null ? own.folder().hosts() : hosts);
        return show(output);
    }

    private static void requireOwn(Config config) {
        if (config.speaksTls()) {
            throw new UsageException(Key.TLS_FOLDER.variable() + "=" + config.text(Key.TLS_FOLDER)
                    + " is filled by somebody else: renew the certificate where it comes from, and put it there. What"
                    + " runs takes it by itself");
        }
    }

    @Command(name = "show", mixinStandardHelpOptions = true, description = "Show the certificate, and check it.")
    int show(@Mixin Output output) {
        Config read = config.get();
        TlsFolder folder = TlsFolder.of(read).orElseGet(() -> OwnTls.of(read).folder());
        Identity identity = folder.read(Clock.systemUTC());
        X509Certificate certificate = identity.certificate();
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("folder", folder.folder().toString());
        all.put("hosts", identity.hosts());
        all.put("issuer", certificate.getIssuerX500Principal().getName());
        all.put("serial", identity.serial());
        all.put("from", certificate.getNotBefore().toInstant().toString());
        all.put("expires", identity.expires().toString());
        all.put("days", Duration.between(Instant.now(), identity.expires()).toDays());
        Optional<Path> ca = folder.ca();
        ca.ifPresent(file -> all.put("ca", file.toString()));
        output.print(
                all,
                all.entrySet().stream()
                        .map(one -> String.format(
                                "%-8s %s",
                                one.getKey(),
                                one.getValue() instanceof List<?> list
                                        ? String.join(
                                                ", ",
                                                list.stream()
                                                        .map(String::valueOf)
                                                        .toList())
                                        : one.getValue()))
                        .toArray(String[]::new));
        return 0;
    }

    @Command(
            name = "board",
            mixinStandardHelpOptions = true,
            description = "Make a certificate with which a board signs in instead of its password, where"
                    + " PLANTBUDDY_MQTT_CLIENT_CERTIFICATES=OPTIONAL. It counts until the board is revoked.")
    int board(
            @Parameters(paramLabel = "USER") String user,
            @Parameters(paramLabel = "DEVICE") String device,
            @Parameters(paramLabel = "FOLDER", description = "gets fullchain.pem and privkey.pem") Path folder,
            @Mixin Output output)
            throws IOException {
        String username = Names.requireUser(user) + "/" + Names.requireDevice(device);
        try (Accounts opened = accounts.get()) {
            if (opened.devices().addedAt(user, device).isEmpty()) {
                throw new AccountException(
                        "there is no board '" + username + "' with a password: its certificate counts"
                                + " only from when it is added. Run: plantbuddy device add " + user + " " + device);
            }
        }
        OwnTls.of(config.get()).open().board(folder, username);
        output.print(
                Map.of("username", username, "folder", folder.toString()),
                "certificate of " + username + " in " + folder.toAbsolutePath()
                        + ": fullchain.pem, and privkey.pem, which is its owner's alone");
        return 0;
    }
}
