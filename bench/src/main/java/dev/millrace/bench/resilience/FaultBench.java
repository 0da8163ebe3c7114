package dev.millrace.bench.resilience;

import dev.millrace.bench.cluster.BacklogLoader;
import dev.millrace.bench.cluster.BenchCluster;
import dev.millrace.bench.cluster.BenchPipeline;
import dev.millrace.bench.cluster.CommittedReader;
import dev.millrace.bench.cluster.WorkerProgram;
import dev.millrace.bench.process.ChildProcess;
import dev.millrace.bench.process.WorkFolder;
import dev.millrace.simulator.Simulator;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;

/**
 * Measures backlogs whose provider fails, side by side: most of the time they wait. Each has its
 * own thread, provider, worker and topics.
 */
record FaultBench(
        WorkFolder folder,
        BenchCluster cluster,
        FaultPlan plan,
        InstantSource clock,
        LongSupplier ticker) {
    private static final int PARTITIONS = 4;

    /**
     * Measures all cases.
     *
     * @throws IOException when a process does not start or the broker fails
     */
    List<FaultRow> measure(List<FaultCase> cases) throws IOException, InterruptedException {
        List<Callable<FaultRow>> trials =
                cases.stream().<Callable<FaultRow>>map(it -> () -> measure(it)).toList();
        try (var threads = Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
            var rows = new ArrayList<FaultRow>();
            for (Future<FaultRow> row : threads.invokeAll(trials)) {
                rows.add(row.get());
            }
            return rows;
        } catch (ExecutionException e) {
            throw new IOException("cannot measure a fault", e.getCause());
        }
    }

    private FaultRow measure(FaultCase what) throws IOException, InterruptedException {
        BenchPipeline pipeline = cluster.create("bench-" + what.key() + ".", PARTITIONS, List.of());
        try (var provider = Simulator.start(Fault.provider(), "127.0.0.1", 0);
                var reader = new CommittedReader(pipeline, pipeline.results(""));
                var worker = startWorker(pipeline, provider, what)) {
            FaultTrial.Backlog backlog =
                    (first, count) -> BacklogLoader.load(pipeline, first, count, clock);
            return new FaultTrial(plan, backlog, provider, reader, worker, ticker).run(what);
        } finally {
            cluster.delete(pipeline);
        }
    }

    private ChildProcess startWorker(BenchPipeline pipeline, Simulator provider, FaultCase what)
            throws IOException {
        String address = BenchPipeline.baseUrl(provider.baseUri().resolve("/v1"));
        return WorkerProgram.start(
                folder,
                what.key(),
                pipeline.workerYaml(
                        List.of(BenchPipeline.MODEL),
                        address + ", " + Fault.apiKey(),
                        "",
                        "max_in_flight: 300, " + what.strategy().settings(plan.openFor())));
    }
}
