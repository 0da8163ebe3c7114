package dev.millrace.bench.load;

import dev.millrace.bench.process.ChildJvm;
import dev.millrace.bench.process.WorkFolder;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A simulated provider in a process of its own. */
record SimulatorProcess(Process process, URI address) implements AutoCloseable {
    private static final String ANNOUNCEMENT = "simulator ";

    /**
     * Starts one and waits until it serves.
     *
     * @param jobs whose calls its ledger must be able to hold
     * @param latency of each answer, such as {@code 200ms}
     * @throws IOException when it does not start
     */
    static SimulatorProcess start(WorkFolder folder, long jobs, String latency) throws IOException {
        Path settings = folder.file("simulator.yaml");
        // Twice as many, so that also calls that should not have been made are there to be seen.
        Files.writeString(
                settings,
                "ledger_entries: "
                        + 2 * jobs
                        + "\nmodels:\n  \"*\": { latency: \""
                        + latency
                        + "\" }\n");
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
            throw new IOException("the simulator has not started: " + first);
        }
        return new SimulatorProcess(process, URI.create(first.substring(ANNOUNCEMENT.length())));
    }

    @Override
    public void close() {
        process.destroy();
    }
}
