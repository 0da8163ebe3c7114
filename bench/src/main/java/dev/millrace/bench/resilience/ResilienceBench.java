package dev.millrace.bench.resilience;

import dev.millrace.bench.cluster.BenchCluster;
import dev.millrace.bench.cluster.BenchPipeline;
import dev.millrace.bench.cluster.OpenLoopSubmitter;
import dev.millrace.bench.cluster.WorkerProgram;
import dev.millrace.bench.process.ChildProcess;
import dev.millrace.bench.process.WorkFolder;
import dev.millrace.simulator.Simulator;
import dev.millrace.standalone.console.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** Measures strategies one after another on its own broker. */
record ResilienceBench(
        WorkFolder folder, Terminal terminal, InstantSource clock, LongSupplier ticker) {
    private static final int PARTITIONS = 4;
    private static final String HEAP = "-Xmx256m";

    /**
     * Measures all strategies.
     *
     * @throws IOException when a process does not start or the broker fails
     */
    ResilienceFigures measure(ResiliencePlan plan, List<Strategy> strategies)
            throws IOException, InterruptedException {
        var rows = new ArrayList<StrategyRow>();
        try (var cluster = BenchCluster.start(folder)) {
            for (Strategy strategy : strategies) {
                terminal.say("measuring " + strategy.title());
                rows.add(measure(cluster, plan, strategy));
            }
        }
        return new ResilienceFigures(rows);
    }

    private StrategyRow measure(BenchCluster cluster, ResiliencePlan plan, Strategy strategy)
            throws IOException, InterruptedException {
        BenchPipeline pipeline =
                cluster.create("bench-" + strategy.key() + ".", PARTITIONS, List.of());
        try (var provider = Simulator.start(plan.provider(), "127.0.0.1", 0)) {
            var trial = new ResilienceTrial(strategy, plan, provider, ticker);
            try (var load = new OpenLoopSubmitter(pipeline, trial.jobs(), clock, ticker);
                    var worker = startWorker(pipeline, provider, strategy)) {
                return trial.run(load, pipeline, worker);
            }
        } finally {
            cluster.delete(pipeline);
        }
    }

    private ChildProcess startWorker(BenchPipeline pipeline, Simulator provider, Strategy strategy)
            throws IOException {
        Path file = folder.file(strategy.key() + ".yaml");
        Files.writeString(
                file,
                pipeline.workerYaml(provider.baseUri().resolve("/v1"), "", strategy.settings()));
        return ChildProcess.start(
                folder,
                strategy.key(),
                WorkerProgram.class,
                List.of(HEAP),
                List.of(file.toString()));
    }
}
