package dev.millrace.bench.router;

import dev.millrace.bench.cluster.BacklogTrial;
import dev.millrace.bench.cluster.BenchCluster;
import dev.millrace.bench.cluster.BenchPipeline;
import dev.millrace.bench.cluster.JobProducer;
import dev.millrace.bench.cluster.LatencyRun;
import dev.millrace.bench.cluster.OpenLoopSubmitter;
import dev.millrace.bench.cluster.OpenLoopSubmitter.Pace;
import dev.millrace.bench.figures.LatencyPercentiles;
import dev.millrace.bench.figures.ThroughputInterval;
import dev.millrace.bench.measurement.Report;
import dev.millrace.bench.measurement.Setup;
import dev.millrace.bench.process.ChildProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Measures all contenders in turn on its own broker.
 *
 * @param jobs requests of each backlog, 1 or more
 * @param rounds backlogs of each contender, 1 or more
 * @param time of each measurement of latency, and of the warm-up before it
 * @param report what the figures are added to
 */
record RouterBench(Setup setup, int jobs, int rounds, Duration time, Report report) {
    private static final int PARTITIONS = 4;

    /** Heap of every contender. */
    private static final String HEAP = "-Xmx1g";

    /** Commit interval of all contenders with a backlog. */
    private static final int BACKLOG_COMMIT_MILLIS = 100;

    /**
     * Commit interval in the measurement of latency: the router's default, the best for Streams.
     */
    private static final int PACED_COMMIT_MILLIS = 10;

    private static final List<Integer> RATES = List.of(50, 1_000);
    private static final double THROUGHPUT_FRACTION = 0.6;
    private static final double LATENCY_FACTOR = 1.5;

    Report measure() throws IOException, InterruptedException {
        try (var cluster = BenchCluster.start(setup.folder())) {
            measureThroughput(cluster);
            for (int rate : RATES) {
                measureLatency(cluster, rate);
            }
        }
        return report;
    }

    private void measureThroughput(BenchCluster cluster) throws IOException, InterruptedException {
        Map<RouterContender, List<ThroughputInterval>> all = new EnumMap<>(RouterContender.class);
        for (int round = 1; round <= rounds; round++) {
            for (RouterContender contender : RouterContender.values()) {
                BacklogTrial.Result result =
                        backlog(cluster, contender, "backlog-" + round + "-" + contender.key());
                List<ThroughputInterval> own =
                        all.computeIfAbsent(contender, _ -> new ArrayList<>());
                result.steady().ifPresent(own::add);
            }
        }
        var table = report.table("backlog", "contender", "requests/s", "CPU µs/request");
        all.forEach(
                (contender, runs) -> {
                    if (!runs.isEmpty()) {
                        ThroughputInterval own = median(runs);
                        table.row(contender.title(), own.jobsPerSecond(), own.cpuMicrosPerJob());
                        List<ThroughputInterval> pass =
                                all.getOrDefault(RouterContender.PASS, List.of());
                        if (contender != RouterContender.PASS && !pass.isEmpty()) {
                            report.atLeast(
                                    THROUGHPUT_FRACTION,
                                    contender.title() + ": requests/s ÷ pass-through",
                                    own.jobsPerSecond() / median(pass).jobsPerSecond());
                        }
                    }
                });
    }

    private static ThroughputInterval median(List<ThroughputInterval> runs) {
        return runs.stream()
                .sorted(Comparator.comparingDouble(ThroughputInterval::jobsPerSecond))
                .toList()
                .get(runs.size() / 2);
    }

    private BacklogTrial.Result backlog(
            BenchCluster cluster, RouterContender contender, String name)
            throws IOException, InterruptedException {
        BenchPipeline pipeline = create(cluster, name);
        JobProducer.load(pipeline, contender.requests(pipeline), jobs, setup.clock());
        try (var child = start(name, contender, pipeline, BACKLOG_COMMIT_MILLIS);
                var ends = new JobEnds(pipeline);
                var reader = ends.reader(contender)) {
            var result = new BacklogTrial(jobs, setup.ticker()).run(reader, child);
            result.problem().ifPresent(it -> report.problem(name + ": " + it));
            return result;
        } finally {
            cluster.delete(pipeline);
        }
    }

    private void measureLatency(BenchCluster cluster, int rate)
            throws IOException, InterruptedException {
        Map<RouterContender, LatencyPercentiles> all = new EnumMap<>(RouterContender.class);
        for (RouterContender contender : RouterContender.values()) {
            String name = "latency-" + rate + "-" + contender.key();
            LatencyRun.Result result = latency(cluster, contender, rate, name);
            result.problem().ifPresent(it -> report.problem(name + ": " + it));
            result.percentiles().ifPresent(it -> all.put(contender, it));
        }
        var table =
                report.table("latency", "contender", "requests/s", "P50 ms", "P95 ms", "P99 ms");
        LatencyPercentiles pass = all.get(RouterContender.PASS);
        all.forEach(
                (contender, own) -> {
                    table.row(contender.title(), rate, own.p50(), own.p95(), own.p99());
                    if (contender != RouterContender.PASS && pass != null) {
                        String metric =
                                contender.title() + ": latency ÷ pass-through, " + rate + "/s, ";
                        report.atMost(LATENCY_FACTOR, metric + "P50", own.p50() / pass.p50());
                        report.atMost(LATENCY_FACTOR, metric + "P99", own.p99() / pass.p99());
                    }
                });
    }

    private LatencyRun.Result latency(
            BenchCluster cluster, RouterContender contender, int rate, String name)
            throws IOException, InterruptedException {
        BenchPipeline pipeline = create(cluster, name);
        var run =
                new LatencyRun(
                        new Pace(RATES.getLast(), time), new Pace(rate, time), setup.ticker());
        try (var child = start(name, contender, pipeline, PACED_COMMIT_MILLIS);
                var load =
                        new OpenLoopSubmitter(
                                pipeline,
                                contender.requests(pipeline),
                                run.jobs(),
                                setup.clock(),
                                setup.ticker());
                var ends = new JobEnds(pipeline);
                var reader = ends.reader(contender)) {
            return run.run(load, reader, child);
        } finally {
            cluster.delete(pipeline);
        }
    }

    private static BenchPipeline create(BenchCluster cluster, String name) {
        return cluster.create(
                "bench-" + name + ".", PARTITIONS, List.of(RouterContender.PASS.key()));
    }

    private ChildProcess start(
            String name, RouterContender contender, BenchPipeline pipeline, int commitMillis)
            throws IOException {
        setup.say("measuring " + name);
        return ChildProcess.program(
                setup.folder(),
                name,
                RouterContenderProgram.class,
                List.of(HEAP),
                RouterContenderProgram.arguments(
                        contender, pipeline, commitMillis, setup.folder().file("state-" + name)));
    }
}
