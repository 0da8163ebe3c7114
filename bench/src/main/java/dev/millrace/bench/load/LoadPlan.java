package dev.millrace.bench.load;

import dev.millrace.bench.process.WorkFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * What is to be measured.
 *
 * @param jobs 1 or more
 * @param inFlight calls at once, 1 or more
 * @param latency of each answer, as the simulator's settings write it
 * @param javaOptions more options for the JVM of the run
 */
record LoadPlan(long jobs, int inFlight, String latency, List<String> javaOptions) {
    LoadPlan {
        javaOptions = List.copyOf(javaOptions);
    }

    /**
     * Generates the jobs, runs them against a simulator and compares.
     *
     * @throws IOException when a process does not start, or the run prints no summary
     */
    LoadReport measure(WorkFolder folder) throws IOException, InterruptedException {
        Path file = folder.file("jobs.jsonl");
        Path config = folder.file("millrace.yaml");
        Load.writeJobs(file, jobs);
        try (var simulator = SimulatorProcess.start(folder, jobs, latency)) {
            Load.writeConfiguration(config, simulator.address(), inFlight);
            MeasuredRun run = MeasuredRun.of(folder, file, config, javaOptions);
            var output = Answered.read(run.output());
            var bill = Bill.read(simulator.address());
            return new LoadReport(this, run, Comparison.of(jobs, run.summary(), output, bill));
        }
    }
}
