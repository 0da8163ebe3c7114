package dev.millrace.worker.simulation;

import dev.millrace.worker.simulation.time.Happening;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** What goes on around the processes: they come and go, and so do clocks and assignments. */
final class Chaos {
    private static final int MAX_EVENTS = 12;
    private static final int MAX_ORDERS = 4;

    /** One history in so many has two processes of one name from its beginning. */
    private static final int DUPLICATE_RARITY = 16;

    /** Jobs that keep both of them committing. */
    private static final int JOBS_OF_DUPLICATES = 100;

    /** In one history in so many job topics are deleted and created again. */
    private static final int RECREATION_RARITY = 10;

    private static final int MAX_RECREATIONS = 2;

    static final int MAX_WORKERS = 4;

    private final World world;
    private final SplittableRandom random;

    Chaos(World world) {
        this.world = world;
        this.random = world.random();
    }

    /** Enters everything that will happen. */
    void plan() {
        long end = world.scenario().chaos().toNanos();
        for (int i = random.nextInt(MAX_EVENTS); i >= 0; i--) {
            world.timeline().at(random.nextLong(end), this::act);
        }
        for (int i = 0; i < world.scenario().sizes().backlog(); i++) {
            world.jobs().appendToBulk();
        }
        for (int i = random.nextInt(MAX_ORDERS + 1); i > 0; i--) {
            world.timeline().at(random.nextLong(end), world.control()::change);
        }
        if (!world.scenario().isPlanned() && random.nextInt(DUPLICATE_RARITY) == 0) {
            planDuplicates(end);
        }
        if (random.nextInt(RECREATION_RARITY) == 0) {
            planRecreations(end);
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

    private void planDuplicates(long end) {
        world.timeline().at(0, () -> ofSome(world::startTwin));
        for (int i = 0; i < JOBS_OF_DUPLICATES; i++) {
            world.timeline().at(random.nextLong(end), world.jobs()::append);
        }
    }

    private void planRecreations(long end) {
        for (int i = random.nextInt(1, MAX_RECREATIONS + 1); i > 0; i--) {
            world.timeline().at(random.nextLong(end), world::recreateTopic);
        }
    }

    private void act() {
        int kind = random.nextInt(world.scenario().isPlanned() ? 6 : 10);
        switch (kind) {
            case 0, 1 -> startAnother();
            case 2 -> ofSome(WorkerProcess::stop);
            case 3, 4 -> world.group().rebalance();
            case 5 -> world.jumpClock();
            case 6 -> ofSome(WorkerProcess::stopNow);
            case 7 -> ofSome(it -> it.kill(Happening.CRASH_WHILE_WAITING));
            default -> ofSome(this::pause);
        }
    }

    /** Whoever watches over a process may take a long pause for its end and replace it. */
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
            world.startTwin(process);
        }
    }

    private void startAnother() {
        if (world.running().size() < MAX_WORKERS) {
            world.start();
        }
    }

    private void ofSome(Consumer<WorkerProcess> deed) {
        List<WorkerProcess> running = world.running();
        if (!running.isEmpty()) {
            deed.accept(Scenario.oneOf(random, running));
        }
    }

    /** A process has crashed; usually somebody starts it again. */
    void onDeath(WorkerProcess process) {
        if (random.nextInt(5) > 0) {
            Duration wait = world.between(10_000_000, 15_000_000_000L);
            world.timeline().after(wait, () -> world.startAgain(process.instance()));
        }
    }
}
