package dev.millrace.bench.load;

import dev.millrace.bench.process.ChildJvm;
import dev.millrace.bench.process.WorkFolder;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A simulated provider in a separate process. */
public record SimulatorProcess(Process process, URI address) implements AutoCloseable {
    private static final String ANNOUNCEMENT = "simulator ";

    /**
     * Starts a simulator and waits until it serves.
     *
     * @param jobs number of jobs whose calls the ledger must hold
     * @param model settings of every model in YAML's flow style, such as <code>{ latency: 1s }
     *     </code>
     * @throws IOException when the simulator does not start
     */
    public static SimulatorProcess start(WorkFolder folder, long jobs, String model)
            throws IOException {
        return start(folder, jobs, Map.of("*", model));
    }

    /**
     * Starts a simulator whose models behave differently, and waits until it serves.
     *
     * @param jobs number of jobs whose calls the ledger must hold
     * @param models settings of each model in YAML's flow style, by name or {@code *}
     * @throws IOException when the simulator does not start
     */
    public static SimulatorProcess start(WorkFolder folder, long jobs, Map<String, String> models)
            throws IOException {
        Path settings = folder.file("simulator.yaml");
        // Room for twice as many calls, so that the ledger also shows superfluous calls.
        var yaml = new StringBuilder("ledger_entries: " + 2 * jobs + "\nmodels:\n");
        models.forEach(
                (name, model) ->
                        yaml.append("  \"").append(name).append("\": ").append(model).append('\n'));
        Files.writeString(settings, yaml);
        Process process =
                ChildJvm.millrace(
                                List.of(),
                                List.of(
                                        "simulator",
                                        "--port",
                                        "0",
                                        "--settings",
                                        settings.toString()))
                        .start();
        @Nullable String first = process.inputReader().readLine();
        if (first == null || !first.startsWith(ANNOUNCEMENT)) {
            process.destroy();
            throw new IOException("the simulator did not start: " + first);
        }
        return new SimulatorProcess(process, URI.create(first.substring(ANNOUNCEMENT.length())));
    }

    @Override
    public void close() {
        process.destroy();
    }
}
