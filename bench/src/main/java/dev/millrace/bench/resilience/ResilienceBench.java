package dev.millrace.bench.resilience;

import dev.millrace.bench.cluster.BenchCluster;
import dev.millrace.bench.cluster.BenchPipeline;
import dev.millrace.bench.cluster.OpenLoopSubmitter;
import dev.millrace.bench.cluster.WorkerProgram;
import dev.millrace.bench.process.ChildProcess;
import dev.millrace.bench.process.WorkFolder;
import dev.millrace.bench.resilience.ResiliencePlan.Part;
import dev.millrace.simulator.Simulator;
import dev.millrace.standalone.console.Terminal;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/** Measures strategies one after another, then faults, on its own broker. */
record ResilienceBench(
        WorkFolder folder, Terminal terminal, InstantSource clock, LongSupplier ticker) {
    private static final int PARTITIONS = 4;

    /**
     * Measures the parts of the plan.
     *
     * @param strategies the strategies that are measured with transient errors
     * @throws IOException when a process does not start or the broker fails
     */
    ResilienceFigures measure(ResiliencePlan plan, List<Strategy> strategies)
            throws IOException, InterruptedException {
        try (var cluster = BenchCluster.start(folder)) {
            var faults = new FaultBench(folder, cluster, plan.faults(), clock, ticker);
            return new ResilienceFigures(
                    plan.parts().contains(Part.RETRIES)
                            ? retries(cluster, plan, strategies)
                            : List.of(),
                    plan.parts().contains(Part.OUTAGE) ? outage(faults) : List.of(),
                    plan.parts().contains(Part.FAULTS) ? faults(faults) : List.of());
        }
    }

    private List<FaultRow> outage(FaultBench bench) throws IOException, InterruptedException {
        terminal.say("measuring an outage with and without breakers");
        return bench.measure(
                List.of(
                        new FaultCase(Fault.UNAVAILABLE, Strategy.BACKOFF),
                        new FaultCase(Fault.UNAVAILABLE, Strategy.BREAKER)));
    }

    private List<FaultRow> faults(FaultBench bench) throws IOException, InterruptedException {
        terminal.say("measuring faults");
        return bench.measure(
                Stream.of(
                                Fault.WRONG_KEY,
                                Fault.EMPTY_ACCOUNT,
                                Fault.UNKNOWN_MODEL,
                                Fault.UNREACHABLE)
                        .map(it -> new FaultCase(it, Strategy.BREAKER))
                        .toList());
    }

    private List<StrategyRow> retries(
            BenchCluster cluster, ResiliencePlan plan, List<Strategy> strategies)
            throws IOException, InterruptedException {
        var rows = new ArrayList<StrategyRow>();
        for (Strategy strategy : strategies) {
            terminal.say("measuring " + strategy.title());
            rows.add(retries(cluster, plan, strategy));
        }
        return rows;
    }

    private StrategyRow retries(BenchCluster cluster, ResiliencePlan plan, Strategy strategy)
            throws IOException, InterruptedException {
        BenchPipeline pipeline =
                cluster.create("bench-" + strategy.key() + ".", PARTITIONS, List.of());
        try (var provider = Simulator.start(plan.provider(), "127.0.0.1", 0)) {
            var trial = new ResilienceTrial(strategy, plan, provider, ticker);
            String yaml =
                    pipeline.workerYaml(
                            provider.baseUri().resolve("/v1"),
                            "",
                            strategy.settings(plan.faults().openFor()));
            try (var load = new OpenLoopSubmitter(pipeline, trial.jobs(), clock, ticker);
                    ChildProcess worker = WorkerProgram.start(folder, strategy.key(), yaml)) {
                return trial.run(load, pipeline, worker);
            }
        } finally {
            cluster.delete(pipeline);
        }
    }
}
