package dev.millrace.bench.load;

import dev.millrace.bench.measurement.WorkFolder;
import dev.millrace.bench.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Starts simulated providers. */
public final class Simulators {
    private Simulators() {}

    /**
     * Starts a simulator and waits until it serves the address that it reports.
     *
     * @param jobs number of jobs whose calls the ledger must hold
     * @param models settings of each model in YAML's flow style, by name or {@code *}
     * @throws IOException when the simulator does not start
     */
    public static ChildProcess start(WorkFolder folder, long jobs, Map<String, String> models)
            throws IOException {
        return start(folder, jobs, models, Map.of());
    }

    /**
     * Like {@link #start(WorkFolder, long, Map)}, with accounts.
     *
     * @param accounts settings of each account in YAML's flow style, by name
     */
    public static ChildProcess start(
            WorkFolder folder, long jobs, Map<String, String> models, Map<String, String> accounts)
            throws IOException {
        Path settings = folder.file("simulator.yaml");
        // Room for twice as many calls, so that the ledger also shows superfluous calls.
        var yaml = new StringBuilder("ledger_entries: " + 2 * jobs + "\n");
        add(yaml, "models", models);
        add(yaml, "accounts", accounts);
        Files.writeString(settings, yaml);
        return ChildProcess.millrace(
                folder,
                "simulator",
                List.of(),
                List.of("simulator", "--port", "0", "--settings", settings.toString()),
                "simulator ");
    }

    private static void add(StringBuilder yaml, String section, Map<String, String> entries) {
        yaml.append(section).append(entries.isEmpty() ? ": {}\n" : ":\n");
        entries.forEach(
                (name, entry) ->
                        yaml.append("  \"").append(name).append("\": ").append(entry).append('\n'));
    }
}
