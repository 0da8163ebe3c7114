package dev.millrace.worker.simulation;

import dev.millrace.contracts.job.Lane;
import dev.millrace.worker.ledger.TopicTag;
import dev.millrace.worker.simulation.Checker.Violation;
import dev.millrace.worker.simulation.mutation.Mutation;
import dev.millrace.worker.simulation.time.EventLog;
import dev.millrace.worker.simulation.time.EventType;
import dev.millrace.worker.simulation.time.SimulatedThread;
import dev.millrace.worker.simulation.time.Timeline;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** A history: the cluster, the provider, the worker processes, and the checker. */
final class World {
    private static final Duration MAX_RECOVERY = Duration.ofMinutes(15);
    private static final Duration CHECK_INTERVAL = Duration.ofMillis(250);
    private static final Set<EventType> DISTURBANCES =
            Set.of(
                    EventType.PAUSED,
                    EventType.STALLED,
                    EventType.SESSION_EXPIRED,
                    EventType.POLL_INTERVAL_EXCEEDED);

    private final Scenario scenario;
    private final Mutation mutation;
    private final Set<Invariant> watched;
    private final SplittableRandom random;
    private final Timeline timeline = new Timeline();
    private final EventLog eventLog;
    private final JobLog jobs;
    private final ControlLog control;
    private final Group group;
    private final Transactions transactions;
    private final Upstream upstream;
    private final Checker checker;
    private final Chaos chaos;

    /** What surrounds the workers; null for a history with workers only. */
    private final @Nullable Neighbors neighbors;

    /** The partition whose offsets the cluster rejects until faults end; null for none. */
    private final @Nullable TopicPartition rejected;

    private final SimulatedThread main = SimulatedThread.current();
    private final List<WorkerProcess> processes = new ArrayList<>();
    private final long firstTick;
    private boolean isFaultFree;
    private Duration clockError = Duration.ZERO;

    /** The result of a history. */
    record History(
            long seed,
            @Nullable Violation violation,
            Map<EventType, Long> counts,
            long digest,
            List<String> lines) {}

    private World(
            Scenario scenario,
            Mutation mutation,
            Set<Invariant> watched,
            boolean keepsLines,
            @Nullable Function<JointWorkers, Neighbors> joined) {
        this.scenario = scenario;
        this.mutation = mutation;
        this.watched = watched;
        this.random = scenario.random();
        eventLog = new EventLog(timeline, keepsLines);
        jobs = new JobLog(scenario, eventLog, timeline::now);
        control = new ControlLog(this);
        group = new Group(jobs.partitions(), timeline, random, eventLog);
        upstream = new Upstream(scenario);
        checker = new Checker(this);
        transactions = new Transactions(timeline, eventLog, checker);
        chaos = new Chaos(this);
        rejected =
                scenario.isPlanned() || random.nextInt(4) > 0
                        ? null
                        : Scenario.oneOf(random, jobs.partitions());
        firstTick =
                random.nextBoolean()
                        ? random.nextLong()
                        : Long.MAX_VALUE - random.nextLong(scenario.chaos().toNanos());
        neighbors = joined == null ? null : joined.apply(new JointWorkers(this));
    }

    /**
     * Runs a history. Must be called on a virtual thread, like the threads of the processes.
     *
     * @param watched the invariants to check; the first violation ends the history
     * @param keepsLines whether the last lines of the event log are kept
     */
    static History run(long seed, Mutation mutation, Set<Invariant> watched, boolean keepsLines) {
        return new World(Scenario.of(seed), mutation, watched, keepsLines, null).run();
    }

    /** Runs a history that joins the workers with other services; see {@link #run}. */
    static History runJoint(
            long seed,
            Mutation mutation,
            Set<Invariant> watched,
            boolean keepsLines,
            Function<JointWorkers, Neighbors> neighbors) {
        return new World(Scenario.ofJoint(seed), mutation, watched, keepsLines, neighbors).run();
    }

    private History run() {
        eventLog.trace(
                () ->
                        // Equal generators have different texts.
                        "%s %s"
                                .formatted(
                                        scenario.toString().replaceFirst("random=[^,]*, ", ""),
                                        scenario.config(
                                                "any", Scenario.TOTAL_TIMEOUT, Scenario.WEIGHTS)));
        chaos.plan();
        checker.start();
        for (int i = 0; i < scenario.sizes().workers(); i++) {
            start();
        }
        sleep(scenario.chaos());
        endFaults();
        checker.atEnd();
        if (neighbors != null) {
            neighbors.end(!hasFailed());
        }
        endAll();
        if (ticker() < firstTick) {
            eventLog.add(EventType.TICKER_OVERFLOWED, "");
        }
        if (timeline.fault() != null) {
            throw new IllegalStateException("seed " + scenario.seed(), timeline.fault());
        }
        return new History(
                scenario.seed(),
                checker.violation(),
                eventLog.counts(),
                eventLog.digest(),
                eventLog.lines());
    }

    private void sleep(Duration wait) {
        if (!hasFailed()) {
            timeline.sleep(main, timeline.now() + wait.toNanos());
        }
    }

    private boolean hasFailed() {
        return checker.violation() != null || timeline.fault() != null;
    }

    /** Ends all faults, and checks that all jobs end. */
    private void endFaults() {
        isFaultFree = true;
        upstream.recover();
        control.resumeAll();
        if (neighbors != null) {
            neighbors.recover();
        }
        long end = timeline.now() + MAX_RECOVERY.toNanos();
        while (!hasFailed() && !unfinished().isEmpty() && timeline.now() < end) {
            if (running().isEmpty()) {
                start();
            }
            sleep(CHECK_INTERVAL);
        }
        if (!hasFailed() && !unfinished().isEmpty()) {
            checker.violated(Invariant.LIVENESS, "unfinished: %s".formatted(unfinished()));
        }
        if (random.nextInt(4) == 0) {
            running().forEach(WorkerProcess::stop);
            sleep(
                    scenario.config("any", Scenario.TOTAL_TIMEOUT, Scenario.WEIGHTS)
                            .drainTimeout()
                            .plusSeconds(1));
        }
    }

    private List<String> unfinished() {
        var unfinished = checker.unfinished();
        return unfinished.isEmpty() && neighbors != null ? neighbors.unfinished() : unfinished;
    }

    private void endAll() {
        for (WorkerProcess process : processes) {
            if (!process.hasEnded()) {
                process.discard();
                timeline.sleep(main, timeline.now());
            }
        }
    }

    /** Ends the history now, by waking its main thread. */
    void end() {
        timeline.wakeAt(main, timeline.now());
    }

    /** Returns the live processes that have not been asked to stop. */
    List<WorkerProcess> running() {
        return processes.stream().filter(it -> !it.isGone() && !it.isStopping()).toList();
    }

    void start() {
        start("w" + processes.size());
    }

    private void start(String instance) {
        var process = new WorkerProcess(this, instance, processes.size());
        for (WorkerProcess other : processes) {
            if (!other.isGone() && other.instance().equals(instance)) {
                other.onDuplicate();
                process.onDuplicate();
            }
        }
        eventLog.add(EventType.STARTED, process);
        processes.add(process);
    }

    /** Starts a process if faults have not ended and there is room; returns true if started. */
    boolean restart(String instance) {
        boolean mayStart = !isFaultFree && running().size() < Chaos.MAX_WORKERS;
        if (mayStart) {
            start(instance);
        }
        return mayStart;
    }

    /** Starts a second process with an equal instance name: forbidden, but it happens. */
    void startDuplicate(WorkerProcess process) {
        if (!process.isGone() && restart(process.instance())) {
            eventLog.add(EventType.DUPLICATE_STARTED, process);
        }
    }

    void jumpClock() {
        boolean isForward = random.nextBoolean();
        long seconds = random.nextInt(2) == 0 ? random.nextInt(1, 10) : random.nextInt(1, 4_000);
        eventLog.add(isForward ? EventType.CLOCK_FORWARD : EventType.CLOCK_BACKWARD, seconds);
        clockError = clockError.plusSeconds(isForward ? seconds : -seconds);
    }

    Instant wallTime() {
        return JobRecords.SUBMITTED.plusNanos(timeline.now()).plus(clockError);
    }

    long ticker() {
        return firstTick + timeline.now();
    }

    boolean occurs(double probability) {
        return probability > 0 && random.nextDouble() < probability;
    }

    Duration between(long minNanos, long maxNanos) {
        return Duration.ofNanos(random.nextLong(minNanos, maxNanos));
    }

    Duration pauseLength() {
        long session = scenario.sizes().sessionTimeout().toNanos();
        return random.nextInt(5) < 3
                ? between(1_000_000, 500_000_000)
                : between(session / 5, session * 5 / 2);
    }

    /** Returns true when no process has crashed, paused, or been removed from the group. */
    boolean isUndisturbed() {
        return eventLog.counts().keySet().stream()
                .noneMatch(it -> DISTURBANCES.contains(it) || it.name().startsWith("CRASH"));
    }

    /** Returns true when a partition has changed its owner. */
    boolean isRebalanced() {
        return eventLog.counts().containsKey(EventType.REVOKED)
                || eventLog.counts().containsKey(EventType.LOST)
                || eventLog.counts().containsKey(EventType.LEFT);
    }

    /** Returns the bytes by which held bytes can exceed their limit: one poll of each lane. */
    long heldBytesTolerance() {
        return (long) scenario.sizes().maxPollRecords()
                * scenario.sizes().models()
                * Lane.values().length
                * (scenario.sizes().largeJobBytes() + 1_000);
    }

    Scenario scenario() {
        return scenario;
    }

    @Nullable Neighbors neighbors() {
        return neighbors;
    }

    Set<Invariant> watched() {
        return watched;
    }

    Mutation mutation() {
        return mutation;
    }

    SplittableRandom random() {
        return random;
    }

    Timeline timeline() {
        return timeline;
    }

    EventLog eventLog() {
        return eventLog;
    }

    JobLog jobs() {
        return jobs;
    }

    ControlLog control() {
        return control;
    }

    Group group() {
        return group;
    }

    Transactions transactions() {
        return transactions;
    }

    Upstream upstream() {
        return upstream;
    }

    Checker checker() {
        return checker;
    }

    Chaos chaos() {
        return chaos;
    }

    /** Returns the committed ledger of a partition; empty if it belongs to a deleted topic. */
    LedgerView ledger(TopicPartition partition) {
        OffsetAndMetadata committed = transactions.committed(partition);
        return committed == null || isOtherTopic(partition, committed)
                ? LedgerView.NOTHING
                : LedgerView.of(committed);
    }

    /** Returns true for an offset that was committed for a deleted topic of equal name. */
    boolean isOtherTopic(TopicPartition partition, OffsetAndMetadata committed) {
        String tag = TopicTag.of(jobs.log(partition).topicId);
        return TopicTag.hasOtherTag(committed.metadata(), tag);
    }

    /** Deletes and recreates a topic. Mostly its committed offsets are deleted, too. */
    void recreateTopic() {
        String topic = Scenario.oneOf(random, jobs.topics());
        eventLog.add(EventType.TOPIC_RECREATED, topic);
        jobs.recreate(topic);
        checker.onRecreated(topic);
        jobs.partitions().stream()
                .filter(it -> it.topic().equals(topic) && random.nextInt(4) > 0)
                .forEach(transactions::forget);
    }

    /** Returns true while the cluster rejects the partition's offsets. */
    boolean isRejected(TopicPartition partition) {
        return !isFaultFree && partition.equals(rejected);
    }

    /**
     * Returns true if the cluster rejects offsets of some partition at any time of the history.
     * Loops search for the rejected partition with transactions that leave other partitions out.
     */
    boolean isAnyRejected() {
        return rejected != null;
    }

    /** Returns the current probabilities of faults. */
    Scenario.Faults faults() {
        return isFaultFree ? Scenario.Faults.NONE : scenario.faults();
    }
}
