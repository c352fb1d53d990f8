package org.plantbuddy.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where the broker is and who signs in. Passwords come from a file, the environment or stdin: a command line shows. */
final class BoardOptions {

    private static final String PASSWORD_VARIABLE = "BOARD_PASSWORD";
    private static final JsonMapper JSON = new JsonMapper();

    /** Replaced by picocli with the command these options are mixed into. */
    @Spec(Spec.Target.MIXEE)
    CommandSpec command = CommandSpec.create();

    @Option(names = "--host", defaultValue = "localhost", description = "the broker (default: ${DEFAULT-VALUE})")
    String host = "localhost";

    @Option(names = "--port", description = "its MQTT port (default: 1883, with --tls 8883)")
    @Nullable
    Integer port;

    @Option(names = "--tls", description = "connect encrypted, trusting the certificates Java trusts")
    boolean tls;

    @Option(names = "--username", paramLabel = "USER/DEVICE", description = "the board's username")
    @Nullable
    String username;

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            description = "its password; else the variable " + PASSWORD_VARIABLE)
    @Nullable
    Path passwordFile;

    @Option(names = "--password-stdin", description = "read its password from the first line of stdin")
    boolean passwordStdin;

    @Option(
            names = "--credentials",
            paramLabel = "FILE",
            description = "several boards, a JSON object a line as `plantbuddy device add --json` prints it;"
                    + " instead of --username")
    @Nullable
    Path credentialsFile;

    @Option(names = "--boards", paramLabel = "N", description = "only the first N boards of --credentials")
    @Nullable
    Integer boards;

    BrokerAddress broker() {
        try {
            return new BrokerAddress(host, port != null ? port : tls ? 8883 : 1883, tls);
        } catch (IllegalArgumentException e) {
            throw wrong(e.getMessage());
        }
    }

    /** The boards that were named, at least one. */
    List<Credentials> credentials(Map<String, String> environment) {
        try {
            if (credentialsFile != null) {
                return fromFile(credentialsFile);
            }
            if (username == null) {
                throw wrong("say which board: --username USER/DEVICE, or --credentials FILE for several");
            }
            return List.of(Credentials.of(username, password(environment)));
        } catch (IOException e) {
            throw wrong("cannot read the credentials: " + e);
        } catch (IllegalArgumentException e) {
            throw wrong(e.getMessage());
        }
    }

    private String password(Map<String, String> environment) throws IOException {
        if (passwordStdin) {
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            return Optional.ofNullable(in.readLine()).orElse("");
        }
        if (passwordFile != null) {
            return Files.readString(passwordFile).strip();
        }
        @Nullable String password = environment.get(PASSWORD_VARIABLE);
        if (password == null) {
            throw wrong("no password: give --password-file, --password-stdin or the variable " + PASSWORD_VARIABLE);
        }
        return password;
    }

    private List<Credentials> fromFile(Path file) throws IOException {
        List<Credentials> all = new ArrayList<>();
        List<String> lines = Files.readAllLines(file);
        for (int i = 0; i < lines.size() && (boards == null || all.size() < boards); i++) {
            if (!lines.get(i).isBlank()) {
                all.add(fromJson(lines.get(i), file + " line " + (i + 1)));
            }
        }
        if (all.isEmpty() || (boards != null && all.size() < boards)) {
            throw wrong(file + " names " + all.size() + " boards");
        }
        return all;
    }

    private Credentials fromJson(String line, String where) throws IOException {
        JsonNode object = JSON.readTree(line);
        if (!object.path("username").isTextual() || !object.path("password").isTextual()) {
            throw wrong(where + " is not a JSON object with \"username\" and \"password\"");
        }
        return Credentials.of(
                object.get("username").textValue(), object.get("password").textValue());
    }

    private ParameterException wrong(@Nullable String message) {
        return new ParameterException(command.commandLine(), String.valueOf(message));
    }
}
