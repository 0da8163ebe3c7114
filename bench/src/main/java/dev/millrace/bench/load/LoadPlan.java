package dev.millrace.bench.load;

import dev.millrace.bench.process.WorkFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The parameters of a measured run.
 *
 * @param jobs number of jobs, 1 or more
 * @param inFlight concurrent calls, 1 or more
 * @param latency latency of each answer in the simulator's format
 * @param javaOptions additional JVM options of the run
 */
record LoadPlan(long jobs, int inFlight, String latency, List<String> javaOptions) {
    LoadPlan {
        javaOptions = List.copyOf(javaOptions);
    }

    /**
     * Generates the jobs, runs them against a simulator and compares output and bill.
     *
     * @throws IOException when a process does not start or the run prints no summary
     */
    LoadReport measure(WorkFolder folder) throws IOException, InterruptedException {
        Path file = folder.file("jobs.jsonl");
        Path config = folder.file("millrace.yaml");
        LoadFiles.writeJobs(file, jobs);
        try (var simulator =
                SimulatorProcess.start(folder, jobs, "{ latency: \"" + latency + "\" }")) {
            LoadFiles.writeConfiguration(config, simulator.address(), inFlight);
            MeasuredRun run = MeasuredRun.of(folder, file, config, javaOptions);
            var output = RunOutput.read(run.output());
            var bill = ProviderBill.read(simulator.address());
            return new LoadReport(this, run, BillComparison.of(jobs, run.summary(), output, bill));
        }
    }
}
