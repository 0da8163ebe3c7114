package dev.millrace.worker.capacity;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * A random history of models that share the slots of one worker. In each turn, calls end, jobs
 * arrive, and the models take turns to start calls, as in the loop. The invariants are checked
 * after each turn. Times are in milliseconds.
 */
final class SlotSimulation {
    private static final int LENGTH = 30_000;

    /** Time between two transactions. */
    private static final int TURN = 10;

    /** Longest wait for a slot of a job that must not be delayed. */
    private static final int MAX_DELAY = 100;

    /** One in this number of turns brings a critical job. */
    private static final int CRITICAL_RARITY = 10;

    private final SplittableRandom random;
    private final SlotBounds bounds;
    private final List<SimulatedModel> models = new ArrayList<>();
    private final SlotRule.Slots slots;

    /** The properties that hold in every history. */
    enum Invariant {
        /** The calls in flight never exceed the hard bound. */
        HARD_BOUND,
        /** No model has more calls in flight than the limit. */
        LIMIT_OF_ONE_MODEL,
        /** A job waits only while all slots but the reserve are used. */
        WORK_CONSERVING,
        /** A job within the guarantee of its model waits at most 100 ms, whatever others do. */
        ISOLATION,
        /** A critical job waits only while as many critical calls are in flight as reserved. */
        RESERVE
    }

    SlotSimulation(long seed, SlotRule rule) {
        random = new SplittableRandom(seed);
        int limit = List.of(20, 70, 150).get(random.nextInt(3));
        bounds = new SlotBounds(limit, random.nextInt(2, 8));
        for (int i = 0; i < bounds.models(); i++) {
            models.add(new SimulatedModel("m" + i, random.split()));
        }
        slots = rule.slots(limit, models.stream().map(it -> it.name).toList());
    }

    /** Runs the history, and returns the first invariant that is violated; empty for none. */
    Optional<Invariant> run() {
        for (long now = 0; now < LENGTH; now += TURN) {
            turn(now);
            Optional<Invariant> violated = check(now);
            if (violated.isPresent()) {
                return violated;
            }
        }
        return Optional.empty();
    }

    private void turn(long now) {
        for (SimulatedModel model : models) {
            model.endCalls(now, slots);
            model.onTime(now);
            model.addJobs(now, bounds);
        }
        if (random.nextInt(CRITICAL_RARITY) == 0 && criticalInFlight() < bounds.reserve()) {
            models.get(random.nextInt(models.size())).addCriticalJob(now);
        }
        startCalls(now);
    }

    private long criticalInFlight() {
        return models.stream().mapToLong(SimulatedModel::criticalInFlight).sum();
    }

    /** Starts calls until no model may start one; the models take turns. */
    private void startCalls(long now) {
        boolean hasStarted = true;
        while (hasStarted) {
            hasStarted = false;
            for (SimulatedModel model : models) {
                hasStarted |= startNext(model, now);
            }
        }
        // The next turn begins with another model.
        models.add(models.removeFirst());
    }

    private boolean startNext(SimulatedModel model, long now) {
        if (model.isIdle()) {
            return false;
        }
        SimulatedModel.Job job = model.next();
        var slot = new Slot(model.name, job.isCritical());
        boolean isFree = slots.isFree(slot);
        if (isFree) {
            slots.take(slot);
            model.start(slot, now);
        }
        return isFree;
    }

    private Optional<Invariant> check(long now) {
        int inFlight = models.stream().mapToInt(SimulatedModel::inFlight).sum();
        boolean isReserveFree = criticalInFlight() < bounds.reserve();
        if (inFlight > bounds.hardBound()) {
            return Optional.of(Invariant.HARD_BOUND);
        }
        for (SimulatedModel model : models) {
            if (model.inFlight() > bounds.limit()) {
                return Optional.of(Invariant.LIMIT_OF_ONE_MODEL);
            }
            if (model.hasNormalJob() && inFlight < bounds.limit() - bounds.reserve()) {
                return Optional.of(Invariant.WORK_CONSERVING);
            }
            if (model.hasCriticalJob() && isReserveFree) {
                return Optional.of(Invariant.RESERVE);
            }
            if (now - model.delayedSince().orElse(now) > MAX_DELAY) {
                return Optional.of(Invariant.ISOLATION);
            }
        }
        return Optional.empty();
    }
}
