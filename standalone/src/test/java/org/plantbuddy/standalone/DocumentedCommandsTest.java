package org.plantbuddy.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** The commands in the documents are taken by the command line as it is. */
class DocumentedCommandsTest {

    private static final Path ROOT = Path.of(System.getProperty("plantbuddy.root", ".."));

    /** The launcher's own, and names that stand for any command. */
    private static final List<String> NOT_OURS = List.of("test", "COMMAND");

    private static final Pattern BLOCK = Pattern.compile("^```[a-z]*\n(.*?)^```", Pattern.DOTALL | Pattern.MULTILINE);
    private static final Pattern SPAN = Pattern.compile("`([^`]+)`");
    private static final Pattern BACKSLASH = Pattern.compile("\\\\\n\\s*");
    private static final Pattern COMMENT = Pattern.compile("(?:^|\\s)#.*");
    private static final Pattern SUBSTITUTION = Pattern.compile("\\$\\((?!\\./plantbuddy)[^)]*\\)");

    /** In a shell, or in Compose's services that run it. */
    private static final Pattern COMMAND = Pattern.compile(
            "(?:(?:^|/)plantbuddy|docker compose run (?!.*--entrypoint)[^;|&]*? (?:tools|certificates)) +"
                    + "((?:[a-zA-Z]|--version|--help)[^;|&>)]*)");

    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|'([^']*)'|(\\S+)");

    private final CommandLine commands = Main.commands(Map.of());

    @Test
    void commandsOfTheDocumentsAreTaken() throws IOException {
        List<String> refused = new ArrayList<>();
        int taken = 0;
        for (Path page : pages()) {
            for (List<String> words : commandsOf(Files.readString(page))) {
                try {
                    commands.parseArgs(words.toArray(String[]::new));
                    taken++;
                } catch (ParameterException e) {
                    refused.add(ROOT.relativize(page) + ": " + String.join(" ", words) + ": " + e.getMessage());
                }
            }
        }
        assertThat(refused).isEmpty();
        assertThat(taken).isGreaterThan(60);
    }

    @Test
    void commandsAreFoundAsAShellReadsThem() {
        assertThat(commandsOf("""
                ```
                ./plantbuddy device add rick 02 --sketch   # as a sketch
                0 4 * * * cd /srv && ./plantbuddy backup a-$(date +%F).gpg --passphrase-file 'a b' >> log 2>&1
                docker compose run --rm -e A=b \\
                  tools status
                docker compose run --rm --entrypoint cat tools /data/x
                ./plantbuddy test
                ```
                Or `sudo -u plantbuddy A=b /opt/plantbuddy/plantbuddy status --json`, in `/srv/plantbuddy`; `eval "$(./plantbuddy env)"`.
                """))
                .containsExactlyInAnyOrder(
                        List.of("device", "add", "rick", "02", "--sketch"),
                        List.of("backup", "a-x.gpg", "--passphrase-file", "a b"),
                        List.of("status"),
                        List.of("status", "--json"),
                        List.of("env"));
    }

    private static List<List<String>> commandsOf(String page) {
        List<String> lines = new ArrayList<>();
        Matcher block = BLOCK.matcher(page);
        while (block.find()) {
            BACKSLASH.matcher(block.group(1)).replaceAll("").lines().forEach(lines::add);
        }
        SPAN.matcher(block.replaceAll("")).results().map(span -> span.group(1)).forEach(lines::add);
        return lines.stream()
                .map(line -> COMMENT.matcher(line).replaceAll(""))
                .map(line -> SUBSTITUTION.matcher(line).replaceAll("x"))
                .flatMap(line -> COMMAND.matcher(line).results())
                .map(command -> words(command.group(1)))
                .filter(words -> !NOT_OURS.contains(words.get(0)))
                .toList();
    }

    private static List<String> words(String command) {
        return WORD.matcher(command)
                .results()
                .map(word -> Stream.of(1, 2, 3)
                        .map(word::group)
                        .filter(text -> text != null)
                        .findFirst()
                        .orElseThrow())
                .toList();
    }

    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>(List.of(ROOT.resolve("README.md"), ROOT.resolve("CONTRIBUTING.md")));
        try (Stream<Path> documents = Files.list(ROOT.resolve("docs"))) {
            documents.filter(file -> file.toString().endsWith(".md")).sorted().forEach(pages::add);
        }
        return pages;
    }
}
