package dev.millrace.bench.worker;

import dev.millrace.bench.cluster.BacklogTrial;
import dev.millrace.bench.cluster.BenchCluster;
import dev.millrace.bench.cluster.BenchPipeline;
import dev.millrace.bench.cluster.JobProducer;
import dev.millrace.bench.cluster.LatencyRun;
import dev.millrace.bench.cluster.NumberedJob;
import dev.millrace.bench.cluster.OpenLoopSubmitter;
import dev.millrace.bench.cluster.OpenLoopSubmitter.Pace;
import dev.millrace.bench.contender.Contender;
import dev.millrace.bench.contender.ContenderProgram;
import dev.millrace.bench.contender.ContenderTask;
import dev.millrace.bench.contender.Work;
import dev.millrace.bench.figures.LatencyPercentiles;
import dev.millrace.bench.measurement.Report;
import dev.millrace.bench.measurement.Setup;
import dev.millrace.bench.process.ChildProcess;
import dev.millrace.bench.provider.FixedAnswerServer;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs the parts of a plan on its own broker, one contender after the other.
 *
 * @param report what the figures are added to
 */
record WorkerBench(Setup setup, WorkerBenchPlan plan, Report report) {
    private static final int PARTITIONS = 12;

    /** Heap of every contender. */
    private static final String HEAP = "-Xmx1g";

    private static final double TIMES_THE_PARALLEL_CONSUMER = 8;
    private static final double PERCENT_OF_THE_IDEAL = 97;
    private static final double HEAP_MIB = 1_024;
    private static final double TIMES_THE_HOP = 3;
    private static final double WITH_LIMITS = 0.95;
    private static final double PERCENT = 100;
    private static final List<Integer> RATES = List.of(50, 1_000);
    private static final Duration WARM_UP = Duration.ofSeconds(5);

    Report measure() throws IOException, InterruptedException {
        try (var cluster = BenchCluster.start(setup.folder())) {
            for (Part part : plan.parts()) {
                switch (part) {
                    case WORK_0MS -> throughput(cluster, part, Work.ofMillis(0));
                    case WORK_10MS -> throughput(cluster, part, Work.ofMillis(10));
                    case WORK_100MS -> throughput(cluster, part, Work.ofMillis(100));
                    case WORK_1S -> throughput(cluster, part, Work.ofMillis(1_000));
                    case HTTP -> {
                        try (ChildProcess provider = provider()) {
                            var work = new Work.OverHttp(URI.create(provider.ready()));
                            throughput(cluster, part, work);
                        }
                    }
                    case LATENCY -> {
                        for (int rate : RATES) {
                            latency(cluster, rate);
                        }
                    }
                }
            }
        }
        return report;
    }

    private ChildProcess provider() throws IOException {
        return ChildProcess.program(
                setup.folder(), "provider", FixedAnswerServer.class, List.of(), List.of());
    }

    private void throughput(BenchCluster cluster, Part part, Work work)
            throws IOException, InterruptedException {
        Map<Contender, Double> perSecond = new EnumMap<>(Contender.class);
        for (Contender contender : plan.contenders()) {
            if (part.compares(contender)) {
                BacklogTrial.Result result = backlog(cluster, part, work, contender);
                result.steady().ifPresent(it -> perSecond.put(contender, it.jobsPerSecond()));
            }
        }
        Double millrace = perSecond.get(Contender.MILLRACE);
        if (millrace == null) {
            return;
        }
        if (part == Part.WORK_1S) {
            report.atLeast(
                    PERCENT_OF_THE_IDEAL,
                    "1s: % of in flight ÷ latency",
                    PERCENT * millrace / plan.inFlight());
        }
        Double parallel = perSecond.get(Contender.PARALLEL_TX);
        if (parallel != null) {
            report.atLeast(
                    TIMES_THE_PARALLEL_CONSUMER,
                    part + ": jobs/s ÷ " + Contender.PARALLEL_TX,
                    millrace / parallel);
        }
        Double limited = perSecond.get(Contender.LIMITED);
        if (limited != null) {
            report.atLeast(
                    WITH_LIMITS, part + ": jobs/s with limits ÷ without", limited / millrace);
        }
    }

    private BacklogTrial.Result backlog(
            BenchCluster cluster, Part part, Work work, Contender contender)
            throws IOException, InterruptedException {
        String name = part + "-" + contender;
        setup.say("measuring " + name);
        int jobs = plan.jobs(part);
        int concurrency = plan.concurrency(contender, part);
        BenchPipeline pipeline = create(cluster, name, contender);
        JobProducer.load(pipeline, NumberedJob.into(pipeline), jobs, setup.clock());
        var task = new ContenderTask(contender, pipeline, work, concurrency);
        Duration timeLimit = contender.isMillrace() ? null : plan.time();
        try (var reader = NumberedJob.reader(pipeline, task.results());
                var child = start(name, task)) {
            var result =
                    new BacklogTrial(jobs, concurrency, timeLimit, setup.ticker())
                            .run(reader, child);
            report.table(
                            "throughput",
                            "work",
                            "contender",
                            "at once",
                            "jobs",
                            "jobs/s",
                            "CPU µs/job",
                            "heap MiB",
                            "live heap MiB",
                            "resident MiB")
                    .row(
                            part.toString(),
                            contender.title(),
                            concurrency,
                            result.jobs(),
                            result.perSecond(),
                            result.cpuMicros(),
                            result.memory().heapMib(),
                            result.memory().liveHeapMib(),
                            result.memory().residentMib());
            if (part == Part.WORK_1S) {
                report.atMost(HEAP_MIB, "1s: MiB of heap", (double) result.memory().heapMib());
            }
            result.problem().ifPresent(it -> add(contender, name, it));
            return result;
        } finally {
            cluster.delete(pipeline);
        }
    }

    private void latency(BenchCluster cluster, int rate) throws IOException, InterruptedException {
        Optional<LatencyPercentiles> hop = latency(cluster, rate, Contender.HOP);
        Optional<LatencyPercentiles> millrace = latency(cluster, rate, Contender.MILLRACE);
        if (hop.isPresent() && millrace.isPresent()) {
            String metric = rate + " jobs/s: latency ÷ hop, ";
            report.atMost(TIMES_THE_HOP, metric + "P50", millrace.get().p50() / hop.get().p50());
            report.atMost(TIMES_THE_HOP, metric + "P99", millrace.get().p99() / hop.get().p99());
        }
    }

    private Optional<LatencyPercentiles> latency(
            BenchCluster cluster, int rate, Contender contender)
            throws IOException, InterruptedException {
        String name = "latency-" + rate + "-" + contender;
        setup.say("measuring " + name);
        BenchPipeline pipeline = create(cluster, name, contender);
        var task = new ContenderTask(contender, pipeline, Work.ofMillis(0), plan.inFlight());
        // Warms up at the highest rate, so that the JVM has compiled the hot code.
        var run =
                new LatencyRun(
                        new Pace(RATES.getLast(), WARM_UP),
                        new Pace(rate, plan.time()),
                        setup.ticker());
        try (var child = start(name, task);
                var load =
                        new OpenLoopSubmitter(
                                pipeline,
                                NumberedJob.into(pipeline),
                                run.jobs(),
                                setup.clock(),
                                setup.ticker());
                var reader = NumberedJob.reader(pipeline, task.results())) {
            var result = run.run(load, reader, child);
            report.table("latency", "jobs/s", "contender", "P50 ms", "P95 ms", "P99 ms")
                    .row(
                            rate,
                            contender.title(),
                            result.percentiles().map(LatencyPercentiles::p50).orElse(null),
                            result.percentiles().map(LatencyPercentiles::p95).orElse(null),
                            result.percentiles().map(LatencyPercentiles::p99).orElse(null));
            result.problem().ifPresent(it -> add(contender, name, it));
            return result.percentiles();
        } finally {
            cluster.delete(pipeline);
        }
    }

    private static BenchPipeline create(BenchCluster cluster, String name, Contender contender) {
        List<String> owners = contender.isMillrace() ? List.of() : List.of(contender.toString());
        return cluster.create("bench-" + name + ".", PARTITIONS, owners);
    }

    private ChildProcess start(String name, ContenderTask task) throws IOException {
        return ChildProcess.program(
                setup.folder(), name, ContenderProgram.class, List.of(HEAP), task.arguments());
    }

    private void add(Contender contender, String name, String problem) {
        if (contender.isMillrace()) {
            report.problem(name + ": " + problem);
        } else {
            report.remark(name + ": " + problem);
        }
    }
}
