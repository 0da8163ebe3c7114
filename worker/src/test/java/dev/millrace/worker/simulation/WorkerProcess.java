package dev.millrace.worker.simulation;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.config.WorkerConfig;
import dev.millrace.contracts.money.Price;
import dev.millrace.worker.job.ServedModels;
import dev.millrace.worker.loop.SimulatedLoop;
import dev.millrace.worker.loop.WorkerLoop;
import dev.millrace.worker.outcome.OutputRecords;
import dev.millrace.worker.port.LoopClock;
import dev.millrace.worker.port.Timing;
import dev.millrace.worker.simulation.time.Happening;
import dev.millrace.worker.simulation.time.Strand;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** A worker's process: a loop with ports of its own on a thread that can be paused and killed. */
final class WorkerProcess implements SimulatedLoop.Waiting {
    private static final int MAX_RESULT_BYTES = 1 << 20;
    private static final long HEARTBEAT_NANOS = 1_000_000_000;

    private final World world;
    private final String instance;
    private final int number;
    private final WorkerConfig config;
    private final WorkerLoop loop;
    private final Strand strand;

    /** Partitions that it is giving up, and since when. */
    private final Map<TopicPartition, Long> leaving = new HashMap<>();

    private boolean isDead;
    private boolean hasEnded;
    private boolean rests;
    private long pausedUntil;

    /** When it was last paused, or killed. */
    private long awaySince;

    private int polls;
    private @Nullable Long stopSince;
    private boolean isStoppedNow;
    private boolean hasTwin;

    /** Of each partition, the topic that there was when its offset was asked for last. */
    final Map<TopicPartition, String> topicIds = new HashMap<>();

    /** As the coordinator knows it; null before it has joined. */
    Group.@Nullable Member member;

    WorkerProcess(World world, String instance, int number) {
        this.world = world;
        this.instance = instance;
        this.number = number;
        this.config =
                world.scenario()
                        .config(instance, world.mutation().callTimeout(Scenario.TOTAL_TIMEOUT));
        this.loop =
                SimulatedLoop.create(
                        world.mutation()
                                .of(
                                        new WorkerLoop.Ports(
                                                new SimulatedSource(world, this),
                                                new SimulatedLog(world, this),
                                                new SimulatedTopics(world, this),
                                                new SimulatedProviders(world, this),
                                                new SimulatedControl(world, this))),
                        served(),
                        config,
                        new Timing(
                                new LoopClock(world::wallTime, world::ticker),
                                world.random().split()),
                        this);
        this.strand = Strand.of(world.timeline(), this::live);
        world.timeline().wakeAt(strand, world.timeline().now());
    }

    private ServedModels served() {
        int models = world.scenario().sizes().models();
        return new ServedModels(
                IntStream.range(0, models)
                        .mapToObj(JobLog::model)
                        .collect(Collectors.toMap(it -> it, WorkerProcess::model)),
                world.mutation().of(world.jobs().topicsByName()),
                "v1",
                new OutputRecords(JobLog.TOPICS, MAX_RESULT_BYTES),
                false);
    }

    private static Model model(String name) {
        return Model.of(name, "p", Price.of("1", "2"));
    }

    private void live() {
        try {
            loop.run(world.jobs().topics());
            world.checker().onEnded(this, loop.health().detail());
        } catch (Crash _) {
            // Its end has been noted where it happened.
        }
        hasEnded = true;
    }

    /** Names the transactional id; a later process may have it again. */
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

    /** Whether the group does without it, which it may not know yet. */
    boolean isExpelled() {
        return member != null && !member.isMember;
    }

    boolean isPaused() {
        return world.timeline().now() < pausedUntil;
    }

    long pausedUntil() {
        return pausedUntil;
    }

    /** A step of its own at which it may crash or be paused. */
    void step(Happening crash) {
        requireAlive();
        Scenario.Faults faults = world.faults();
        if (world.happens(faults.crash())) {
            die(crash);
            throw new Crash();
        }
        if (world.happens(faults.pause())) {
            pause(world.pauseLength());
            spend(Duration.ZERO);
        }
        if (world.happens(faults.stall())) {
            stall();
        }
    }

    private void requireAlive() {
        if (isDead) {
            throw new Crash();
        }
    }

    /** Time passes in which its thread does nothing else. */
    void spend(Duration wait) {
        sleep(world.timeline().now() + wait.toNanos());
    }

    /** Time passes unless somebody wakes it. */
    void rest(Duration wait) {
        rests = true;
        sleep(world.timeline().now() + wait.toNanos());
        rests = false;
    }

    private void sleep(long until) {
        world.timeline().sleep(strand, until);
        while (isPaused() && !isDead) {
            world.timeline().sleep(strand, pausedUntil);
        }
        requireAlive();
    }

    @Override
    public void await(Duration wait) {
        step(Happening.CRASH_AT_MAILBOX);
        rest(wait);
    }

    /** Ends its rest, if there is one. */
    @Override
    public void end() {
        if (rests && !isPaused()) {
            rests = false;
            world.timeline().wakeAt(strand, world.timeline().now());
        }
    }

    /** The whole process stands still: its calls and its heartbeats as well. */
    void pause(Duration length) {
        world.chronicle().note(Happening.PAUSED, this + " for " + length);
        if (!isPaused()) {
            awaySince = world.timeline().now();
            expectExpiry();
        }
        pausedUntil = Math.max(pausedUntil, world.timeline().now() + length.toNanos());
    }

    /** Only the loop's thread stands still, long enough for the group to do without it. */
    private void stall() {
        world.chronicle().note(Happening.STALLED, this);
        Duration limit = config.drainTimeout().plusSeconds(60);
        int before = polls;
        world.timeline()
                .after(
                        limit,
                        () -> {
                            if (polls == before && !isGone()) {
                                expel(Happening.POLLED_TOO_LATE);
                            }
                        });
        spend(limit.plusMillis(world.random().nextInt(10_000)));
    }

    void onPoll() {
        polls++;
    }

    /** Returns how often it has polled. */
    int polls() {
        return polls;
    }

    /** Kills it; its thread unwinds when it next has its turn. */
    void kill(Happening crash) {
        die(crash);
        world.timeline().wakeAt(strand, world.timeline().now());
    }

    private void die(Happening crash) {
        world.chronicle().note(crash, this);
        if (!isPaused()) {
            awaySince = world.timeline().now();
            expectExpiry();
        }
        isDead = true;
        world.checker().onAway(this);
        world.chaos().onDeath(this);
    }

    /** Its thread unwinds, at the end of the history. */
    void discard() {
        isDead = true;
        world.timeline().wakeAt(strand, world.timeline().now());
    }

    /** Unless it has come back meanwhile, the group does without it after the session timeout. */
    private void expectExpiry() {
        long before = awaySince;
        long session = world.scenario().sizes().sessionTimeout().toNanos();
        long since = world.random().nextLong(HEARTBEAT_NANOS);
        world.timeline()
                .after(
                        Duration.ofNanos(session - since),
                        () -> {
                            if (awaySince == before && (isDead || isPaused())) {
                                expel(Happening.SESSION_EXPIRED);
                            }
                        });
    }

    private void expel(Happening reason) {
        if (member != null && member.isMember) {
            world.chronicle().note(reason, member);
            world.checker().onAway(this);
            world.group().remove(member);
        }
    }

    void stop() {
        world.chronicle().note(Happening.STOPPED, this);
        stopSince = world.timeline().now();
        loop.stop();
    }

    void stopNow() {
        world.chronicle().note(Happening.STOPPED_NOW, this);
        isStoppedNow = true;
        loop.stopNow();
    }

    /** Another process has been started under its name. */
    void onTwin() {
        hasTwin = true;
    }

    boolean hasTwin() {
        return hasTwin;
    }

    boolean isStopping() {
        return stopSince != null || isStoppedNow;
    }

    void onLeaving(Collection<TopicPartition> partitions) {
        partitions.forEach(it -> leaving.put(it, world.timeline().now()));
    }

    boolean isLeaving(TopicPartition partition) {
        return leaving.containsKey(partition);
    }

    void onLeft(Collection<TopicPartition> partitions) {
        leaving.keySet().removeAll(partitions);
        world.checker().onLeft(this, partitions);
    }

    /** Whether calls of that partition may be broken off: they have had all their time. */
    boolean mayBreakOff(TopicPartition partition) {
        return isStoppedNow || hasDrained(stopSince) || hasDrained(leaving.get(partition));
    }

    private boolean hasDrained(@Nullable Long since) {
        return since != null && world.timeline().now() - since >= config.drainTimeout().toNanos();
    }

    @Override
    public String toString() {
        return instance + "#" + number;
    }
}
