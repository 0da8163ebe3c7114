package dev.millrace.bench.scale;

import dev.millrace.bench.cluster.BenchCluster;
import dev.millrace.bench.cluster.CommittedReader;
import dev.millrace.bench.cluster.RoundRobinJobs;
import dev.millrace.bench.contender.Contender;
import dev.millrace.bench.contender.ContenderProgram;
import dev.millrace.bench.contender.ContenderTask;
import dev.millrace.bench.contender.Work;
import dev.millrace.bench.figures.PartitionSkew;
import dev.millrace.bench.figures.ResultTracker;
import dev.millrace.bench.figures.SlotUtilization;
import dev.millrace.bench.process.ChildProcess;
import dev.millrace.bench.process.WorkFolder;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/** Runs a backlog while workers join and leave, observed by a committed reader. */
final class ScaleTrial implements AutoCloseable {
    private static final Duration POLL_TIMEOUT = Duration.ofMillis(50);
    private static final Duration STALL_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration DUPLICATE_WAIT = Duration.ofMillis(200);

    /** Beyond this fraction of the backlog, only the last calls run and slots stay free. */
    private static final double NEARLY_ALL = 0.95;

    private static final String HEAP = "-Xmx256m";

    private final WorkFolder folder;
    private final BenchCluster cluster;
    private final ScalePlan plan;
    private final ScaleScenario scenario;
    private final ContenderTask task;
    private final RoundRobinJobs jobs;
    private final LongSupplier ticker;
    private final ResultTracker tracker;
    private final List<PartitionSkew> lanes;
    private final SlotUtilization slots;
    private final Deque<ChildProcess> workers = new ArrayDeque<>();
    private final List<Thread> leaving = new ArrayList<>();
    private final Deque<ScaleScenario.Change> changes;

    private int started;
    private double utilization;

    ScaleTrial(
            WorkFolder folder,
            BenchCluster cluster,
            ScalePlan plan,
            ScaleScenario scenario,
            RoundRobinJobs jobs,
            LongSupplier ticker) {
        this.folder = folder;
        this.cluster = cluster;
        this.plan = plan;
        this.scenario = scenario;
        this.jobs = jobs;
        this.ticker = ticker;
        this.task =
                new ContenderTask(
                        Contender.MILLRACE,
                        jobs.pipeline(),
                        new Work.InProcess(plan.call()),
                        plan.slots());
        this.tracker = new ResultTracker(plan.jobs());
        this.changes = new ArrayDeque<>(scenario.changes());
        int partitions = plan.partitions();
        long each = Math.max(1, plan.jobs() / jobs.lanes() / partitions);
        this.lanes =
                IntStream.range(0, jobs.lanes())
                        .mapToObj(_ -> new PartitionSkew(partitions, each))
                        .toList();
        this.slots = new SlotUtilization(plan.slots(), plan.call());
    }

    ScaleRow run() throws IOException, InterruptedException {
        try (var reader = new CommittedReader(task.pipeline(), task.results())) {
            long lastNanos = ticker.getAsLong();
            while (tracker.distinct() < plan.jobs()
                    && ticker.getAsLong() - lastNanos < STALL_TIMEOUT.toNanos()) {
                int before = tracker.distinct();
                applyDueChanges();
                sampleResults(reader);
                lastNanos = tracker.distinct() > before ? ticker.getAsLong() : lastNanos;
            }
            Optional<String> problem = problem(reader);
            double skew = lanes.stream().mapToDouble(PartitionSkew::maxSkew).max().orElse(0);
            return new ScaleRow(scenario.name(), skew, utilization, problem);
        }
    }

    private void applyDueChanges() throws IOException {
        while (!changes.isEmpty() && isDone(changes.getFirst().from())) {
            int count = changes.removeFirst().workers();
            for (int i = 0; i < count; i++) {
                String name = scenario.name().replace(' ', '-') + "-" + ++started;
                workers.add(
                        ChildProcess.start(
                                folder,
                                name,
                                ContenderProgram.class,
                                List.of(HEAP),
                                task.arguments()));
            }
            if (count < 0) {
                leaving.add(Thread.ofVirtual().start(workers.removeLast()::close));
            }
        }
    }

    private boolean isDone(double fraction) {
        return tracker.distinct() >= fraction * plan.jobs();
    }

    private void sampleResults(CommittedReader reader) throws IOException, InterruptedException {
        reader.read(POLL_TIMEOUT, this::onResult);
        lanes.forEach(PartitionSkew::sample);
        if (utilization == 0) {
            // A leaving worker keeps its partitions until its last call has ended.
            int working = Math.min(cluster.workersWithPartitions(task.pipeline()), workers.size());
            slots.onWorkerCount(ticker.getAsLong(), working);
            if (isDone(NEARLY_ALL)) {
                utilization = slots.utilization(tracker.distinct());
            }
        }
    }

    private void onResult(long number) {
        int before = tracker.distinct();
        tracker.add(number);
        if (tracker.distinct() > before) {
            lanes.get(jobs.lane(number)).onFinished(jobs.partition(number));
        }
    }

    private Optional<String> problem(CommittedReader reader) {
        Optional<String> ended =
                workers.stream()
                        .filter(it -> !it.isAlive())
                        .map(it -> "a worker ended early: " + it.lastLogLines())
                        .findFirst();
        close();
        long closed = ticker.getAsLong();
        while (ticker.getAsLong() - closed < DUPLICATE_WAIT.toNanos()) {
            reader.read(POLL_TIMEOUT, tracker::add);
        }
        return ended.or(tracker::problem);
    }

    @Override
    public void close() {
        workers.forEach(ChildProcess::close);
        workers.clear();
        try {
            for (Thread thread : leaving) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
