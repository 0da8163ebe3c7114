package dev.millrace.bench.load;

import dev.millrace.bench.process.ChildJvm;
import dev.millrace.bench.process.PeakMemory;
import dev.millrace.bench.process.WorkFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One {@code millrace run} in a separate process, monitored until it ends.
 *
 * @param cpu CPU time of all threads up to the last sample; zero where the system does not report
 *     it
 */
public record MeasuredRun(
        int exitCode, RunSummary summary, PeakMemory memory, Duration cpu, Path output) {
    private static final long SAMPLE_MILLIS = 100;

    /**
     * Runs a batch file.
     *
     * @param javaOptions additional JVM options
     * @throws IOException when the run does not start or prints no summary
     */
    public static MeasuredRun of(
            WorkFolder folder, Path jobs, Path config, List<String> javaOptions)
            throws IOException, InterruptedException {
        Path gcLog = folder.file("gc.log");
        Path printed = folder.file("summary.json");
        Path output = folder.file("results.jsonl");
        var options = new ArrayList<>(javaOptions);
        options.add(PeakMemory.heapOption(gcLog));
        Process process =
                ChildJvm.millrace(
                                options,
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
                                        jobs.toString()))
                        .redirectOutput(printed.toFile())
                        .start();
        try {
            long resident = 0;
            Duration cpu = Duration.ZERO;
            while (!process.waitFor(SAMPLE_MILLIS, TimeUnit.MILLISECONDS)) {
                resident = Math.max(resident, PeakMemory.residentMib(process.pid()));
                cpu = process.info().totalCpuDuration().orElse(cpu);
            }
            return new MeasuredRun(
                    process.exitValue(),
                    RunSummary.parse(Files.readString(printed)),
                    PeakMemory.ofHeap(resident, gcLog),
                    cpu,
                    output);
        } finally {
            process.destroy();
        }
    }
}
