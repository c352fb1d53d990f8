package org.plantbuddy.standalone;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.ConfigException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code plantbuddy doctor}: what is wrong here, before or while it runs. It changes nothing. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description =
                "Say what is wrong with this machine or configuration, and what to do. Exit code 1 if anything is.")
final class DoctorCommand implements Callable<Integer> {

    private final Map<String, String> environment;
    private final Clock clock;

    /** Replaced by picocli with the command's own. */
    @Spec
    CommandSpec spec = CommandSpec.create();

    @Option(names = "--json", description = "print JSON, for scripts")
    private boolean json;

    DoctorCommand(Map<String, String> environment, Clock clock) {
        this.environment = environment;
        this.clock = clock;
    }

    @Override
    public Integer call() throws JsonProcessingException {
        List<Finding> findings = findings();
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(new ObjectMapper().writeValueAsString(findings));
        } else {
            for (Finding finding : findings) {
                String indent = " ".repeat(20);
                out.printf(
                        "%-13s %-5s %s%n",
                        finding.check(),
                        finding.well() ? "ok" : "WRONG",
                        finding.detail().replace("\n", "\n" + indent));
                if (!finding.well()) {
                    out.println(indent + "-> " + finding.todo());
                }
            }
        }
        out.flush();
        return findings.stream().allMatch(Finding::well) ? 0 : 1;
    }

    private List<Finding> findings() {
        Config config;
        try {
            config = Config.load(environment);
        } catch (ConfigException e) {
            String first = String.valueOf(e.getMessage());
            return List.of(
                    Machine.java(),
                    Machine.memory(),
                    Finding.wrong(
                            "configuration", first, "set these keys as docs/configuration.md says; then look again"));
        }
        List<Finding> all = new ArrayList<>();
        all.add(Machine.java());
        all.add(Machine.memory());
        all.add(Finding.well("configuration", "every key is known and has an allowed value"));
        all.add(Machine.openFiles(config));
        all.add(Machine.clock(clock));
        all.addAll(new Installation(config, clock).findings());
        return all;
    }
}
