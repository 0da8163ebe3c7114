package dev.millrace.worker.simulation;

import dev.millrace.contracts.job.Lane;
import dev.millrace.worker.ledger.TopicTag;
import dev.millrace.worker.simulation.Checker.Violation;
import dev.millrace.worker.simulation.mutation.Mutation;
import dev.millrace.worker.simulation.time.Chronicle;
import dev.millrace.worker.simulation.time.Happening;
import dev.millrace.worker.simulation.time.Strand;
import dev.millrace.worker.simulation.time.Timeline;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Everything that one history happens in. */
final class World {
    private static final Duration CALM = Duration.ofMinutes(15);
    private static final Duration GLANCE = Duration.ofMillis(250);
    private static final Set<Happening> DISTURBANCES =
            Set.of(
                    Happening.PAUSED,
                    Happening.STALLED,
                    Happening.SESSION_EXPIRED,
                    Happening.POLLED_TOO_LATE);

    private final Scenario scenario;
    private final Mutation mutation;
    private final Set<Invariant> watched;
    private final SplittableRandom random;
    private final Timeline timeline = new Timeline();
    private final Chronicle chronicle;
    private final JobLog jobs;
    private final ControlLog control;
    private final Group group;
    private final Transactions transactions;
    private final Upstream upstream;
    private final Checker checker;
    private final Chaos chaos;

    /** The partition whose offsets are refused until all is calm; null for none. */
    private final @Nullable TopicPartition refused;

    private final Strand main = Strand.current();
    private final List<WorkerProcess> processes = new ArrayList<>();
    private final long firstTick;
    private boolean isCalm;
    private Duration clockError = Duration.ZERO;

    /** What became of a history. */
    record History(
            long seed,
            @Nullable Violation violation,
            Map<Happening, Long> counts,
            long digest,
            List<String> lines) {}

    private World(long seed, Mutation mutation, Set<Invariant> watched, boolean keepsLines) {
        this.scenario = Scenario.of(seed);
        this.mutation = mutation;
        this.watched = watched;
        this.random = scenario.random();
        chronicle = new Chronicle(timeline, keepsLines);
        jobs = new JobLog(scenario.sizes(), random, chronicle);
        control = new ControlLog(this);
        group = new Group(jobs.partitions(), timeline, random, chronicle);
        upstream = new Upstream(scenario);
        checker = new Checker(this);
        transactions = new Transactions(timeline, chronicle, checker::onCommitted);
        chaos = new Chaos(this);
        refused =
                scenario.isPlanned() || random.nextInt(4) > 0
                        ? null
                        : Scenario.oneOf(random, jobs.partitions());
        firstTick =
                random.nextBoolean()
                        ? random.nextLong()
                        : Long.MAX_VALUE - random.nextLong(scenario.chaos().toNanos());
    }

    /**
     * One history from its beginning to its end. On a virtual thread, as those of the processes.
     *
     * @param watched invariants whose breach ends it
     * @param keepsLines whether its last lines are kept for a reader
     */
    static History run(long seed, Mutation mutation, Set<Invariant> watched, boolean keepsLines) {
        return new World(seed, mutation, watched, keepsLines).run();
    }

    private History run() {
        chronicle.say(
                () -> "%s %s".formatted(scenario, scenario.config("any", Scenario.TOTAL_TIMEOUT)));
        chaos.plan();
        for (int i = 0; i < scenario.sizes().workers(); i++) {
            start();
        }
        sleep(scenario.chaos());
        settle();
        checker.atEnd();
        endAll();
        if (ticker() < firstTick) {
            chronicle.note(Happening.TICKER_OVERFLOWED, "");
        }
        if (timeline.fault() != null) {
            throw new IllegalStateException("seed " + scenario.seed(), timeline.fault());
        }
        return new History(
                scenario.seed(),
                checker.violation(),
                chronicle.counts(),
                chronicle.digest(),
                chronicle.lines());
    }

    private void sleep(Duration wait) {
        if (!isBroken()) {
            timeline.sleep(main, timeline.now() + wait.toNanos());
        }
    }

    private boolean isBroken() {
        return checker.violation() != null || timeline.fault() != null;
    }

    /** Nothing goes wrong any more, and so everything must come to its end. */
    private void settle() {
        isCalm = true;
        upstream.recover();
        control.resumeAll();
        long end = timeline.now() + CALM.toNanos();
        while (!isBroken() && !checker.unfinished().isEmpty() && timeline.now() < end) {
            if (running().isEmpty()) {
                start();
            }
            sleep(GLANCE);
        }
        if (!isBroken() && !checker.unfinished().isEmpty()) {
            checker.broken(Invariant.LIVENESS, "left are %s".formatted(checker.unfinished()));
        }
        if (random.nextInt(4) == 0) {
            running().forEach(WorkerProcess::stop);
            sleep(scenario.config("any", Scenario.TOTAL_TIMEOUT).drainTimeout().plusSeconds(1));
        }
    }

    private void endAll() {
        for (WorkerProcess process : processes) {
            if (!process.hasEnded()) {
                process.discard();
                timeline.sleep(main, timeline.now());
            }
        }
    }

    /** Ends the history as soon as can be. */
    void end() {
        timeline.wakeAt(main, timeline.now());
    }

    /** Processes that are alive and have not been told to stop. */
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
                other.onTwin();
                process.onTwin();
            }
        }
        chronicle.note(Happening.STARTED, process);
        processes.add(process);
    }

    /** Whether it could be started: not everything has room. */
    boolean startAgain(String instance) {
        boolean mayStart = !isCalm && running().size() < Chaos.MAX_WORKERS;
        if (mayStart) {
            start(instance);
        }
        return mayStart;
    }

    /** Another process under the same name, which is not allowed, and happens. */
    void startTwin(WorkerProcess process) {
        if (!process.isGone() && startAgain(process.instance())) {
            chronicle.note(Happening.TWIN_STARTED, process);
        }
    }

    void jumpClock() {
        boolean isForward = random.nextBoolean();
        long seconds = random.nextInt(2) == 0 ? random.nextInt(1, 10) : random.nextInt(1, 4_000);
        chronicle.note(isForward ? Happening.CLOCK_FORWARD : Happening.CLOCK_BACK, seconds);
        clockError = clockError.plusSeconds(isForward ? seconds : -seconds);
    }

    Instant wallTime() {
        return JobRecords.SUBMITTED.plusNanos(timeline.now()).plus(clockError);
    }

    long ticker() {
        return firstTick + timeline.now();
    }

    boolean happens(double probability) {
        return probability > 0 && random.nextDouble() < probability;
    }

    Duration between(long leastNanos, long mostNanos) {
        return Duration.ofNanos(random.nextLong(leastNanos, mostNanos));
    }

    Duration pauseLength() {
        long session = scenario.sizes().sessionTimeout().toNanos();
        return random.nextInt(5) < 3
                ? between(1_000_000, 500_000_000)
                : between(session / 5, session * 5 / 2);
    }

    /** Whether processes were spared up to now. */
    boolean isUndisturbed() {
        return chronicle.counts().keySet().stream()
                .noneMatch(it -> DISTURBANCES.contains(it) || it.name().startsWith("CRASH"));
    }

    /** Bytes beyond what may be held: each lane's own part can be exceeded by one poll. */
    long slack() {
        return (long) scenario.sizes().maxPollRecords()
                * scenario.sizes().models()
                * Lane.values().length
                * (scenario.sizes().largeJobBytes() + 1_000);
    }

    Scenario scenario() {
        return scenario;
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

    Chronicle chronicle() {
        return chronicle;
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

    /** What is committed for a partition of the topic that exists now. */
    LedgerView ledger(TopicPartition partition) {
        OffsetAndMetadata committed = transactions.committed(partition);
        return committed == null || isOfAnother(partition, committed)
                ? LedgerView.NOTHING
                : LedgerView.of(committed);
    }

    /** Whether an offset was committed for a topic that was deleted. */
    boolean isOfAnother(TopicPartition partition, OffsetAndMetadata committed) {
        String tag = TopicTag.of(jobs.shelf(partition).topicId);
        return TopicTag.isOfAnother(committed.metadata(), tag);
    }

    /** A topic is deleted and created again. Mostly its offsets are gone by then. */
    void recreateTopic() {
        String topic = Scenario.oneOf(random, jobs.topics());
        chronicle.note(Happening.TOPIC_RECREATED, topic);
        jobs.recreate(topic);
        checker.onRecreated();
        jobs.partitions().stream()
                .filter(it -> it.topic().equals(topic) && random.nextInt(4) > 0)
                .forEach(transactions::forget);
    }

    /** Whether the cluster refuses the partition's offsets at this moment. */
    boolean isRefused(TopicPartition partition) {
        return !isCalm && isEverRefused(partition);
    }

    /** Whether it does so at some time of the history. */
    boolean isEverRefused(TopicPartition partition) {
        return partition.equals(refused);
    }

    /** At this moment. */
    Scenario.Faults faults() {
        return isCalm ? Scenario.Faults.NONE : scenario.faults();
    }
}
