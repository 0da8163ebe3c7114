package dev.millrace.bench.start;

import static dev.millrace.bench.measurement.MeasurementOptions.require;

import dev.millrace.bench.load.LoadFiles;
import dev.millrace.bench.load.RunSummary;
import dev.millrace.bench.measurement.MeasurementOptions;
import dev.millrace.bench.measurement.Report;
import dev.millrace.bench.measurement.Setup;
import dev.millrace.bench.process.ChildJvm;
import dev.millrace.bench.process.FinishedProcess;
import dev.millrace.bench.process.Launcher;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code millrace bench start}: measures the time to the first result of a command that the
 * launcher starts, compared with a bare broker's first record. Runs alternate, so that other load
 * on the machine affects both.
 */
@Command(
        name = "start",
        sortOptions = false,
        description = "Compares the time to the first result with a bare embedded broker.")
public final class StartBenchCommand implements Callable<Integer> {
    private static final int MAX_RUNS = 1_000;

    /** Number of jobs: as many as fit on a screen. */
    private static final int JOBS = 20;

    /** The option that the launcher adds for commands that end soon. */
    private static final List<String> SIMPLE_COMPILER = List.of("-XX:TieredStopAtLevel=1");

    @Option(
            names = "--runs",
            paramLabel = "N",
            defaultValue = "5",
            description = "Number of starts of each; default: ${DEFAULT-VALUE}.")
    private int runs;

    @Mixin private MeasurementOptions options = new MeasurementOptions();

    StartBenchCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        require("--runs", runs, 1, MAX_RUNS);
        return options.run(this::measure);
    }

    private Report measure(Setup setup) throws IOException, InterruptedException {
        var report = new Report();
        var brokers = new ArrayList<Long>();
        var results = new ArrayList<Long>();
        Path jobs = setup.folder().file("jobs.jsonl");
        LoadFiles.writeJobs(jobs, JOBS);
        for (int i = 1; i <= runs; i++) {
            brokers.add(bareBroker(setup, "broker-" + i));
            results.add(firstResult(setup, "run-" + i, jobs));
            report.table("starts", "start", "bare broker ms", "first result ms")
                    .row(i, brokers.getLast(), results.getLast());
        }
        report.table("medians", "bare broker ms", "first result ms", "ratio")
                .row(median(brokers), median(results), (double) median(results) / median(brokers));
        return report;
    }

    private static long bareBroker(Setup setup, String name)
            throws IOException, InterruptedException {
        ProcessBuilder program =
                ChildJvm.program(
                        setup.folder(),
                        name,
                        StartBaselineProgram.class.getName(),
                        SIMPLE_COMPILER,
                        List.of(setup.folder().file(name).toString()));
        return Long.parseLong(FinishedProcess.of(setup.folder(), name, program).output().strip());
    }

    private static long firstResult(Setup setup, String name, Path jobs)
            throws IOException, InterruptedException {
        ProcessBuilder run =
                Launcher.millrace(
                        List.of(
                                "run",
                                "--simulate",
                                "--json",
                                "--data-dir",
                                setup.folder().file(name).toString(),
                                "--output",
                                setup.folder().file(name + ".results.jsonl").toString(),
                                jobs.toString()));
        return RunSummary.parse(FinishedProcess.of(setup.folder(), name, run).output())
                .firstResultMs();
    }

    static long median(List<Long> values) {
        var sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1
                ? sorted.get(middle)
                : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
