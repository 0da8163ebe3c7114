package dev.millrace.worker.simulation;

import dev.millrace.configuration.WorkerConfig;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.Endpoints;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.service.Health;
import dev.millrace.contracts.service.StoppedCalls;
import dev.millrace.contracts.waiting.Waiting;
import dev.millrace.worker.WorkerFeatures;
import dev.millrace.worker.fallback.FallbackModel;
import dev.millrace.worker.fallback.FallbackModels;
import dev.millrace.worker.job.CallFollower;
import dev.millrace.worker.job.ConfiguredLimits;
import dev.millrace.worker.job.ServedModels;
import dev.millrace.worker.loop.LoopFeatures;
import dev.millrace.worker.loop.SimulatedLoop;
import dev.millrace.worker.loop.WorkerLoop;
import dev.millrace.worker.outcome.OutputRecords;
import dev.millrace.worker.port.LoopClock;
import dev.millrace.worker.port.Timing;
import dev.millrace.worker.quota.PermitSource;
import dev.millrace.worker.simulation.time.EventType;
import dev.millrace.worker.simulation.time.SimulatedThread;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** A worker process: a loop and its ports, on a thread that can be paused and killed. */
final class WorkerProcess implements SimulatedLoop.Waiting {
    private static final Price STANDARD = Price.of("1", "2");
    private static final int MAX_RESULT_BYTES = 1 << 20;
    private static final long HEARTBEAT_NANOS = 1_000_000_000;

    private final World world;
    private final String instance;
    private final int number;
    private final WorkerConfig config;
    private final WorkerLoop loop;
    private final SimulatedThread thread;

    /** The partitions being released, with the start time of each release. */
    private final Map<TopicPartition, Long> releasing = new HashMap<>();

    private boolean isDead;
    private boolean hasEnded;
    private boolean isAwaitingEvents;
    private long pausedUntil;

    /** The time of the last pause or crash, from which no heartbeats are sent. */
    private long silentSince;

    private int polls;
    private @Nullable Long stopSince;
    private boolean isStoppedNow;
    private boolean hasDuplicate;

    /** The topic id of each partition when its committed offset was last requested. */
    final Map<TopicPartition, String> topicIds = new HashMap<>();

    /** The group membership; null before the process has joined. */
    Group.@Nullable Member member;

    WorkerProcess(World world, String instance, int number) {
        this.world = world;
        this.instance = instance;
        this.number = number;
        this.config =
                world.scenario()
                        .config(
                                instance,
                                world.mutation().callTimeout(Scenario.TOTAL_TIMEOUT),
                                world.mutation().weights(Scenario.WEIGHTS));
        WorkerLoop.Ports ports =
                world.mutation()
                        .of(
                                new WorkerLoop.Ports(
                                        new SimulatedSource(world, this),
                                        new SimulatedLog(world, this),
                                        new SimulatedTopics(world, this),
                                        new SimulatedProviders(world, this),
                                        new SimulatedControl(world, this),
                                        PermitSource.LOCAL));
        var clock = new LoopClock(world::wallTime, world::ticker);
        this.loop =
                SimulatedLoop.create(
                        ports,
                        served(),
                        config,
                        new Timing(clock, world.random().split()),
                        world.mutation().breakers(config.breaker(), clock, ports.providers()),
                        new LoopFeatures(
                                world.mutation().prompts(world.scenario().promptModels()),
                                world.mutation().searches(WorkerFeatures.searches()),
                                CallFollower.NONE),
                        this);
        this.thread = SimulatedThread.of(world.timeline(), this::runLoop);
        world.timeline().wakeAt(thread, world.timeline().now());
    }

    private ServedModels served() {
        var models =
                IntStream.range(0, world.scenario().sizes().models())
                        .mapToObj(JobLog::model)
                        .collect(Collectors.toMap(it -> it, this::model));
        return new ServedModels(
                models,
                world.mutation().of(world.jobs().topicsByName()),
                world.mutation().fallbacks(fallbacks(models)),
                "v1",
                new OutputRecords(JobLog.TOPICS, MAX_RESULT_BYTES),
                ConfiguredLimits.NONE,
                _ -> 1,
                false);
    }

    private static FallbackModels fallbacks(Map<String, Model> models) {
        return new FallbackModels(
                models.entrySet().stream()
                        .collect(
                                Collectors.toMap(
                                        Map.Entry::getKey,
                                        it ->
                                                new FallbackModel(
                                                        it.getValue(),
                                                        Endpoints.known().all(),
                                                        List.of()))));
    }

    private Model model(String name) {
        return Model.of(name, "p", world.scenario().hasTiers() ? tiered() : STANDARD)
                .withLimits(world.scenario().limits().limits())
                .withFallbackAfter(world.scenario().fallback().after());
    }

    /** At the cheaper tier, output costs half. */
    private static Price tiered() {
        return new Price(
                STANDARD.input(),
                STANDARD.cachedInput(),
                STANDARD.cacheWrite(),
                STANDARD.cacheWriteHour(),
                STANDARD.output(),
                List.of(),
                Map.of(Upstream.TIER, Price.of("1", "1")),
                Map.of(),
                Optional.empty());
    }

    private void runLoop() {
        try {
            loop.run(world.jobs().topics());
            world.checker().onEnded(this, loop.health().detail());
        } catch (Crash _) {
            // The crash is already in the event log.
        }
        hasEnded = true;
    }

    /** Returns the instance name, which determines the transactional id. Restarts reuse it. */
    String instance() {
        return instance;
    }

    WorkerConfig config() {
        return config;
    }

    boolean isGone() {
        return isDead || hasEnded;
    }

    boolean hasEnded() {
        return hasEnded;
    }

    /** Returns true if the group has removed the process, which may not know this yet. */
    boolean isRemovedFromGroup() {
        return member != null && !member.isMember;
    }

    boolean isPaused() {
        return world.timeline().now() < pausedUntil;
    }

    long pausedUntil() {
        return pausedUntil;
    }

    /**
     * Lets the process crash, pause or stall with the probabilities of the scenario. Every call of
     * a port does this first.
     *
     * @param crash the type of event if the process crashes
     */
    void mayFail(EventType crash) {
        requireAlive();
        Scenario.Faults faults = world.faults();
        if (world.occurs(faults.crash())) {
            die(crash);
            throw new Crash();
        }
        if (world.occurs(faults.pause())) {
            pause(world.pauseLength());
            block(Duration.ZERO);
        }
        if (world.occurs(faults.stall())) {
            stall();
        }
    }

    private void requireAlive() {
        if (isDead) {
            throw new Crash();
        }
    }

    /** Blocks the loop's thread for a duration; nothing ends the wait early. */
    void block(Duration wait) {
        sleep(world.timeline().now() + wait.toNanos());
    }

    /** Blocks the loop's thread for a duration, or until {@link #end}. */
    void awaitEvents(Duration wait) {
        isAwaitingEvents = true;
        sleep(world.timeline().now() + wait.toNanos());
        isAwaitingEvents = false;
    }

    private void sleep(long until) {
        world.timeline().sleep(thread, until);
        while (isPaused() && !isDead) {
            world.timeline().sleep(thread, pausedUntil);
        }
        requireAlive();
    }

    @Override
    public void await(Duration wait) {
        mayFail(EventType.CRASH_AT_MAILBOX);
        awaitEvents(wait);
    }

    /** Ends the current {@link #awaitEvents}, if any. */
    @Override
    public void end() {
        if (isAwaitingEvents && !isPaused()) {
            isAwaitingEvents = false;
            world.timeline().wakeAt(thread, world.timeline().now());
        }
    }

    /** Pauses the whole process, including its calls and heartbeats. */
    void pause(Duration length) {
        world.eventLog().add(EventType.PAUSED, this + " for " + length);
        if (!isPaused()) {
            silentSince = world.timeline().now();
            scheduleSessionExpiry();
        }
        pausedUntil = Math.max(pausedUntil, world.timeline().now() + length.toNanos());
    }

    /** Returns true if the process was paused at some time after the given one. */
    boolean wasPausedAfter(long nanos) {
        return pausedUntil > nanos;
    }

    /** Blocks only the loop's thread, for long enough to exceed the poll interval. */
    private void stall() {
        world.eventLog().add(EventType.STALLED, this);
        Duration limit = config.drainTimeout().plusSeconds(60);
        int before = polls;
        world.timeline()
                .after(
                        limit,
                        () -> {
                            if (polls == before && !isGone()) {
                                removeFromGroup(EventType.POLL_INTERVAL_EXCEEDED);
                            }
                        });
        block(limit.plusMillis(world.random().nextInt(10_000)));
    }

    void onPoll() {
        polls++;
    }

    /** Returns the number of polls. */
    int polls() {
        return polls;
    }

    /** Kills the process; its thread unwinds when it next gets the turn. */
    void kill(EventType crash) {
        die(crash);
        world.timeline().wakeAt(thread, world.timeline().now());
    }

    private void die(EventType crash) {
        world.eventLog().add(crash, this);
        if (!isPaused()) {
            silentSince = world.timeline().now();
            scheduleSessionExpiry();
        }
        isDead = true;
        world.checker().onProcessLost(this);
        world.chaos().onDeath(this);
    }

    /** Unwinds the thread at the end of the history. */
    void discard() {
        isDead = true;
        world.timeline().wakeAt(thread, world.timeline().now());
    }

    /** Removes the process from the group after the session timeout, unless it resumes before. */
    private void scheduleSessionExpiry() {
        long start = silentSince;
        long session = world.scenario().sizes().sessionTimeout().toNanos();
        long since = world.random().nextLong(HEARTBEAT_NANOS);
        world.timeline()
                .after(
                        Duration.ofNanos(session - since),
                        () -> {
                            if (silentSince == start && (isDead || isPaused())) {
                                removeFromGroup(EventType.SESSION_EXPIRED);
                            }
                        });
    }

    private void removeFromGroup(EventType reason) {
        if (member != null && member.isMember) {
            world.eventLog().add(reason, member);
            world.checker().onProcessLost(this);
            world.group().remove(member);
        }
    }

    void stop() {
        world.eventLog().add(EventType.STOPPED, this);
        stopSince = world.timeline().now();
        loop.stop();
    }

    void stopNow() {
        world.eventLog().add(EventType.STOPPED_NOW, this);
        isStoppedNow = true;
        loop.stopNow();
    }

    /** Notes that another process was started with the same instance name. */
    void onDuplicate() {
        hasDuplicate = true;
    }

    boolean hasDuplicate() {
        return hasDuplicate;
    }

    boolean isStopping() {
        return stopSince != null || isStoppedNow;
    }

    void onReleasing(Collection<TopicPartition> partitions) {
        partitions.forEach(it -> releasing.put(it, world.timeline().now()));
    }

    boolean isReleasing(TopicPartition partition) {
        return releasing.containsKey(partition);
    }

    void onReleased(Collection<TopicPartition> partitions) {
        releasing.keySet().removeAll(partitions);
        world.checker().onReleased(this, partitions);
    }

    /** Returns why the process holds back calls; see {@link Health#stoppedCalls}. */
    List<String> stoppedCalls() {
        return loop.health().stoppedCalls().stream().map(StoppedCalls::text).toList();
    }

    /** Returns true if a breaker of the process is not closed. */
    boolean hasOpenBreaker() {
        return !loop.report().open().isEmpty();
    }

    /** Returns why the jobs of the process wait. */
    List<Waiting> waits() {
        return world.mutation().waits(loop.report().waits());
    }

    /** Returns true if calls of a partition can be aborted because the drain timeout has passed. */
    boolean mayAbortCalls(TopicPartition partition) {
        return isStoppedNow || hasDrained(stopSince) || hasDrained(releasing.get(partition));
    }

    private boolean hasDrained(@Nullable Long since) {
        return since != null && world.timeline().now() - since >= config.drainTimeout().toNanos();
    }

    @Override
    public String toString() {
        return instance + "#" + number;
    }
}
