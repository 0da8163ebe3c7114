package dev.millrace.bench.load;

import dev.millrace.bench.measurement.WorkFolder;
import dev.millrace.bench.process.ChildJvm;
import dev.millrace.bench.process.FinishedProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** One {@code millrace run} in a separate process, measured until it ends. */
public record MeasuredRun(RunSummary summary, FinishedProcess process, Path output) {
    private static final String NAME = "run";

    /**
     * Runs a batch file.
     *
     * @throws IOException when the run does not start or prints no summary
     */
    public static MeasuredRun of(WorkFolder folder, Path jobs, Path config)
            throws IOException, InterruptedException {
        Path output = folder.file("results.jsonl");
        ProcessBuilder command =
                ChildJvm.millrace(
                        folder,
                        NAME,
                        List.of(),
                        List.of(
                                "run",
                                "--json",
                                "--fresh",
                                "--config",
                                config.toString(),
                                "--data-dir",
                                folder.file("data").toString(),
                                "--output",
                                output.toString(),
                                jobs.toString()));
        var process = FinishedProcess.of(folder, NAME, command);
        return new MeasuredRun(RunSummary.parse(process.output()), process, output);
    }
}
