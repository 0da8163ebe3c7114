package dev.millrace.bench.load;

import dev.millrace.bench.measurement.Report;
import dev.millrace.bench.measurement.Setup;
import dev.millrace.bench.process.ChildJvm;
import dev.millrace.bench.process.ChildProcess;
import dev.millrace.bench.process.FinishedProcess;
import dev.millrace.contracts.money.Usd;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs generated jobs against a simulator, compares output and bill, and does the same without
 * Millrace.
 *
 * @param jobs number of jobs, 1 or more
 * @param inFlight concurrent calls, 1 or more
 * @param latency latency of each answer in the simulator's format
 * @param traces receiver of the traces of some jobs; null for none
 */
record RunBench(Setup setup, int jobs, int inFlight, String latency, @Nullable URI traces) {
    private static final double MILLIS_PER_SECOND = 1_000;
    private static final String LIMIT = "limit";

    Report measure() throws IOException, InterruptedException {
        Path file = setup.folder().file("jobs.jsonl");
        LoadFiles.writeJobs(file, jobs);
        var report = new Report();
        MeasuredRun run;
        try (ChildProcess simulator = simulator()) {
            setup.say("measuring run");
            URI provider = URI.create(simulator.ready());
            Path config = setup.folder().file("millrace.yaml");
            LoadFiles.writeConfiguration(config, provider, inFlight);
            if (traces != null) {
                Files.writeString(
                        config,
                        "tracing: { endpoint: \"" + traces + "\" }\n",
                        StandardOpenOption.APPEND);
            }
            run = MeasuredRun.of(setup.folder(), file, config);
            BillComparison.check(
                    report,
                    jobs,
                    run.summary(),
                    RunOutput.read(run.output()),
                    ProviderBill.read(provider));
        }
        // A new simulator for each run, so that its ledger has room.
        try (ChildProcess simulator = simulator()) {
            setup.say("measuring the bare limit");
            FinishedProcess limit = limit(file, URI.create(simulator.ready()));
            add(report, run, limit);
        }
        return report;
    }

    private ChildProcess simulator() throws IOException {
        String model = "{ latency: \"" + latency + "\" }";
        return Simulators.start(setup.folder(), jobs, Map.of("*", model));
    }

    private FinishedProcess limit(Path file, URI provider)
            throws IOException, InterruptedException {
        Path output = setup.folder().file("limit.jsonl");
        var limit =
                FinishedProcess.of(
                        setup.folder(),
                        LIMIT,
                        ChildJvm.program(
                                setup.folder(),
                                LIMIT,
                                BareLimitProgram.class.getName(),
                                List.of(),
                                List.of(
                                        setup.folder().file("limit").toString(),
                                        file.toString(),
                                        provider.resolve("/v1").toString(),
                                        Integer.toString(inFlight),
                                        output.toString())));
        try (var lines = Files.lines(output)) {
            long answers = lines.count();
            if (limit.exitCode() != 0 || answers != jobs) {
                throw new IOException(
                        "the bare limit has %d answers to %d jobs".formatted(answers, jobs));
            }
        }
        return limit;
    }

    private void add(Report report, MeasuredRun run, FinishedProcess limit) {
        var table =
                report.table(
                        "run",
                        "process",
                        "jobs/s",
                        "ms",
                        "CPU µs/job",
                        "first result ms",
                        "heap MiB",
                        "live heap MiB",
                        "resident MiB");
        long bareMillis = Long.parseLong(limit.output().strip());
        row(table, "run", run.summary().durationMs(), run.summary().firstResultMs(), run.process());
        row(table, "bare limit", bareMillis, null, limit);
        report.remark(
                "run ÷ bare limit: time %.2f, processor %.2f"
                        .formatted(
                                (double) run.summary().durationMs() / bareMillis,
                                (double) run.process().cpu().toMillis()
                                        / Math.max(1, limit.cpu().toMillis())));
        report.remark("cost: " + Usd.text(run.summary().costUsd()) + " USD");
    }

    private void row(
            Report.Table table,
            String name,
            long millis,
            @Nullable Long firstResultMillis,
            FinishedProcess process) {
        table.row(
                name,
                jobs * MILLIS_PER_SECOND / Math.max(1, millis),
                millis,
                TimeUnit.NANOSECONDS.toMicros(process.cpu().toNanos()) / jobs,
                firstResultMillis,
                process.memory().heapMib(),
                process.memory().liveHeapMib(),
                process.memory().residentMib());
    }
}
