package dev.millrace.bench.start;

import dev.millrace.bench.load.LoadFiles;
import dev.millrace.bench.load.RunSummary;
import dev.millrace.bench.process.ChildJvm;
import dev.millrace.bench.process.Launcher;
import dev.millrace.bench.process.WorkFolder;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

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

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    StartBenchCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (runs < 1) {
            throw UserError.usage("--runs must be 1 or more, was " + runs);
        }
        var brokers = new ArrayList<Long>();
        var results = new ArrayList<Long>();
        try (var folder = WorkFolder.open(null)) {
            Path file = folder.file("jobs.jsonl");
            LoadFiles.writeJobs(file, JOBS);
            for (int i = 0; i < runs; i++) {
                brokers.add(bareBroker(folder.file("broker-" + i)));
                results.add(run(folder.file("run-" + i), file));
            }
        }
        Terminal terminal = Terminal.system();
        terminal.out().print(json ? json(brokers, results) + "\n" : text(brokers, results));
        terminal.out().flush();
        return ExitCode.OK;
    }

    private static long bareBroker(Path folder) throws IOException, InterruptedException {
        String printed =
                ChildJvm.outputOf(
                        ChildJvm.program(
                                StartBaselineProgram.class.getName(),
                                SIMPLE_COMPILER,
                                List.of(folder.toString())));
        return Long.parseLong(printed.strip());
    }

    private static long run(Path folder, Path jobs) throws IOException, InterruptedException {
        String printed =
                ChildJvm.outputOf(
                        Launcher.millrace(
                                List.of(
                                        "run",
                                        "--simulate",
                                        "--json",
                                        "--data-dir",
                                        folder.toString(),
                                        "--output",
                                        folder + ".results.jsonl",
                                        jobs.toString())));
        return RunSummary.parse(printed).firstResultMs();
    }

    private static String text(List<Long> brokers, List<Long> results) {
        return String.format(
                Locale.ROOT,
                """
                first result   %,6d ms  (median of %s)
                bare broker    %,6d ms  (median of %s)
                ratio          %6.2f
                """,
                median(results),
                results,
                median(brokers),
                brokers,
                ratio(brokers, results));
    }

    private static String json(List<Long> brokers, List<Long> results) {
        ObjectNode node = new JsonMapper().createObjectNode();
        node.put("first_result_ms", median(results))
                .put("bare_broker_ms", median(brokers))
                .put("ratio", ratio(brokers, results));
        results.forEach(node.putArray("first_result_ms_runs")::add);
        brokers.forEach(node.putArray("bare_broker_ms_runs")::add);
        return node.toString();
    }

    private static double ratio(List<Long> brokers, List<Long> results) {
        return (double) median(results) / median(brokers);
    }

    static long median(List<Long> values) {
        var sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1
                ? sorted.get(middle)
                : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
