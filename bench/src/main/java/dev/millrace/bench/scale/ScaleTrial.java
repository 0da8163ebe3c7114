package dev.millrace.bench.scale;

import dev.millrace.bench.cluster.Cluster;
import dev.millrace.bench.cluster.CommittedReader;
import dev.millrace.bench.cluster.SpreadJobs;
import dev.millrace.bench.contender.ContenderProgram;
import dev.millrace.bench.contender.Kind;
import dev.millrace.bench.contender.Task;
import dev.millrace.bench.contender.Work;
import dev.millrace.bench.figures.Evenness;
import dev.millrace.bench.figures.Seen;
import dev.millrace.bench.figures.SlotUse;
import dev.millrace.bench.process.Child;
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

/** A backlog that is worked off while workers join and leave, as a committed reader sees it. */
final class ScaleTrial implements AutoCloseable {
    private static final Duration STEP = Duration.ofMillis(50);
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(60);
    private static final Duration AFTER_THE_END = Duration.ofMillis(200);

    /** Beyond this part of the backlog the last calls end and slots are free for good. */
    private static final double NEARLY_ALL = 0.95;

    private static final String HEAP = "-Xmx256m";

    private final WorkFolder folder;
    private final Cluster cluster;
    private final ScalePlan plan;
    private final Shift shift;
    private final Task task;
    private final SpreadJobs jobs;
    private final LongSupplier ticker;
    private final Seen seen;
    private final List<Evenness> lanes;
    private final SlotUse slots;
    private final Deque<Child> workers = new ArrayDeque<>();
    private final List<Thread> leaving = new ArrayList<>();
    private final Deque<Shift.Change> changes;

    private int started;
    private double use;

    ScaleTrial(
            WorkFolder folder,
            Cluster cluster,
            ScalePlan plan,
            Shift shift,
            SpreadJobs jobs,
            LongSupplier ticker) {
        this.folder = folder;
        this.cluster = cluster;
        this.plan = plan;
        this.shift = shift;
        this.jobs = jobs;
        this.ticker = ticker;
        this.task =
                new Task(
                        Kind.MILLRACE,
                        jobs.pipeline(),
                        new Work.InProcess(plan.call()),
                        plan.slots());
        this.seen = new Seen(plan.jobs());
        this.changes = new ArrayDeque<>(shift.changes());
        int partitions = plan.partitions();
        long each = Math.max(1, plan.jobs() / jobs.lanes() / partitions);
        this.lanes =
                IntStream.range(0, jobs.lanes())
                        .mapToObj(_ -> new Evenness(partitions, each))
                        .toList();
        this.slots = new SlotUse(plan.slots(), plan.call());
    }

    ScaleRow run() throws IOException, InterruptedException {
        try (var reader = new CommittedReader(task.pipeline(), task.results())) {
            long lastNanos = ticker.getAsLong();
            while (seen.distinct() < plan.jobs()
                    && ticker.getAsLong() - lastNanos < LONGEST_SILENCE.toNanos()) {
                int before = seen.distinct();
                change();
                look(reader);
                lastNanos = seen.distinct() > before ? ticker.getAsLong() : lastNanos;
            }
            Optional<String> problem = problem(reader);
            double difference = lanes.stream().mapToDouble(Evenness::largestPart).max().orElse(0);
            return new ScaleRow(shift.name(), difference, use, problem);
        }
    }

    private void change() throws IOException {
        while (!changes.isEmpty() && doneIs(changes.getFirst().from())) {
            int count = changes.removeFirst().workers();
            for (int i = 0; i < count; i++) {
                String name = shift.name().replace(' ', '-') + "-" + ++started;
                workers.add(
                        Child.start(
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

    private boolean doneIs(double part) {
        return seen.distinct() >= part * plan.jobs();
    }

    private void look(CommittedReader reader) throws IOException, InterruptedException {
        reader.read(STEP, this::onResult);
        lanes.forEach(Evenness::sample);
        if (use == 0) {
            // One that leaves has partitions until its last call has ended.
            int working = Math.min(cluster.workers(task.pipeline()), workers.size());
            slots.onWorkers(ticker.getAsLong(), working);
            if (doneIs(NEARLY_ALL)) {
                use = slots.part(seen.distinct());
            }
        }
    }

    private void onResult(long number) {
        int before = seen.distinct();
        seen.add(number);
        if (seen.distinct() > before) {
            lanes.get(jobs.lane(number)).onFinished(jobs.partition(number));
        }
    }

    private Optional<String> problem(CommittedReader reader) {
        Optional<String> ended =
                workers.stream()
                        .filter(it -> !it.isAlive())
                        .map(it -> "a worker has ended: " + it.lastWords())
                        .findFirst();
        close();
        long closed = ticker.getAsLong();
        while (ticker.getAsLong() - closed < AFTER_THE_END.toNanos()) {
            reader.read(STEP, seen::add);
        }
        return ended.or(seen::problem);
    }

    @Override
    public void close() {
        workers.forEach(Child::close);
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
