package dev.millrace.worker.simulation;

import dev.millrace.worker.simulation.time.EventType;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** Schedules what happens around the loops: starts, stops, crashes, rebalances, clock jumps. */
final class Chaos {
    private static final int MAX_EVENTS = 12;
    private static final int MAX_COMMANDS = 4;

    /** One in this many histories starts with two processes of one instance. */
    private static final int DUPLICATE_RARITY = 16;

    /** Number of jobs that keep both duplicates committing. */
    private static final int JOBS_OF_DUPLICATES = 100;

    /** One in this number of histories recreates job topics. */
    private static final int RECREATION_RARITY = 10;

    private static final int MAX_RECREATIONS = 2;

    /** Number of jobs that arrive together after the period of refusals. */
    private static final int JOBS_OF_WAVE = 10;

    private static final Duration WAVES = Duration.ofSeconds(5);

    static final int MAX_WORKERS = 4;

    private final World world;
    private final SplittableRandom random;

    Chaos(World world) {
        this.world = world;
        this.random = world.random();
    }

    /** Schedules all jobs, control commands and disturbances. */
    void plan() {
        if (world.scenario().hasTiers()) {
            long last = world.scenario().chaos().dividedBy(2).toNanos();
            for (int i = world.scenario().sizes().jobs(); i > 0; i--) {
                world.timeline().at(random.nextLong(last), world.jobs()::append);
            }
            return;
        }
        if (world.scenario().limits().isAlone()) {
            for (int i = world.scenario().sizes().jobs(); i > 0; i--) {
                world.jobs().append();
            }
            planJobsAfterRefusals();
            return;
        }
        long end = world.scenario().chaos().toNanos();
        for (int i = random.nextInt(MAX_EVENTS); i >= 0; i--) {
            world.timeline().at(random.nextLong(end), this::disturb);
        }
        for (int i = 0; i < world.scenario().sizes().backlog(); i++) {
            world.jobs().appendToBulk();
        }
        if (!world.scenario().isIsolation()) {
            planCommandsAndRecreations(end);
        }
        if (!world.scenario().isPlanned()
                && !world.scenario().isJoint()
                && random.nextInt(DUPLICATE_RARITY) == 0) {
            planDuplicates(end);
        }
        int jobs = world.scenario().sizes().jobs();
        int atOnce = random.nextInt(jobs + 1);
        for (int i = 0; i < jobs; i++) {
            if (i < atOnce) {
                world.jobs().append();
            } else {
                world.timeline().at(random.nextLong(end), world.jobs()::append);
            }
        }
    }

    private void planJobsAfterRefusals() {
        Scenario.ProviderBehavior provider = world.scenario().provider();
        if (provider.refuses().isZero()) {
            return;
        }
        long from = provider.refuses().plus(provider.idle()).toNanos();
        long end = from + Scenario.AFTER_REFUSALS.toNanos();
        for (long at = from; at < end; at += WAVES.toNanos()) {
            for (int i = 0; i < JOBS_OF_WAVE; i++) {
                world.timeline().at(at, world.jobs()::append);
            }
        }
    }

    private void planCommandsAndRecreations(long end) {
        for (int i = random.nextInt(MAX_COMMANDS + 1); i > 0; i--) {
            world.timeline().at(random.nextLong(end), world.control()::change);
        }
        if (!world.scenario().isJoint() && random.nextInt(RECREATION_RARITY) == 0) {
            planRecreations(end);
        }
    }

    private void planDuplicates(long end) {
        world.timeline().at(0, () -> onRandomProcess(world::startDuplicate));
        for (int i = 0; i < JOBS_OF_DUPLICATES; i++) {
            world.timeline().at(random.nextLong(end), world.jobs()::append);
        }
    }

    private void planRecreations(long end) {
        for (int i = random.nextInt(1, MAX_RECREATIONS + 1); i > 0; i--) {
            world.timeline().at(random.nextLong(end), world::recreateTopic);
        }
    }

    private void disturb() {
        int kind = random.nextInt(world.scenario().isPlanned() ? 6 : 10);
        switch (kind) {
            case 0, 1 -> startAnother();
            case 2 -> onRandomProcess(WorkerProcess::stop);
            case 3, 4 -> world.group().rebalance();
            case 5 -> world.jumpClock();
            case 6 -> onRandomProcess(WorkerProcess::stopNow);
            case 7 -> onRandomProcess(it -> it.kill(EventType.CRASH_WHILE_WAITING));
            default -> onRandomProcess(this::pause);
        }
    }

    /**
     * Pauses a process. A supervisor can consider the process dead during the pause and replace it.
     */
    private void pause(WorkerProcess process) {
        Duration length = world.pauseLength();
        process.pause(length);
        if (random.nextInt(4) == 0) {
            long wait = random.nextLong(length.toNanos());
            world.timeline().after(Duration.ofNanos(wait), () -> replace(process));
        }
    }

    private void replace(WorkerProcess process) {
        if (process.isPaused()) {
            world.startDuplicate(process);
        }
    }

    private void startAnother() {
        if (world.running().size() < MAX_WORKERS) {
            world.start();
        }
    }

    private void onRandomProcess(Consumer<WorkerProcess> action) {
        List<WorkerProcess> running = world.running();
        if (!running.isEmpty()) {
            action.accept(Scenario.oneOf(random, running));
        }
    }

    /** Usually restarts a crashed process after a while. */
    void onDeath(WorkerProcess process) {
        if (random.nextInt(5) > 0) {
            Duration wait = world.between(10_000_000, 15_000_000_000L);
            world.timeline().after(wait, () -> world.restart(process.instance()));
        }
    }
}
