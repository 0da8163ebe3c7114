package dev.millrace.worker.simulation;

import dev.millrace.worker.simulation.World.History;
import dev.millrace.worker.simulation.mutation.Mutation;
import dev.millrace.worker.simulation.time.EventType;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongPredicate;

/** Runs the loop through histories. */
final class Histories {
    private static final int SEARCHED_FOR_A_VIOLATION = 2_000;
    private static final int SEARCHED_FOR_EVENTS = 10_000;
    private static final Mutation NO_FAULT = new Mutation() {};
    private static final Set<Invariant> ALL = EnumSet.allOf(Invariant.class);

    private Histories() {}

    /** Runs the unchanged loop through one history. Must be called on a virtual thread. */
    static History run(long seed, boolean keepsLines) {
        return World.run(seed, NO_FAULT, ALL, keepsLines);
    }

    /** Returns true when a fault violates the invariant in any history. */
    static boolean isCaught(Mutation fault, Invariant invariant) {
        var watched = Set.of(invariant);
        return anyMatch(
                SEARCHED_FOR_A_VIOLATION,
                seed -> World.run(seed, fault, watched, false).violation() != null);
    }

    /** Returns the types of events that occur in no history. */
    static Set<EventType> missingEvents() {
        var missing = EnumSet.allOf(EventType.class);
        var _ =
                anyMatch(
                        SEARCHED_FOR_EVENTS,
                        seed -> {
                            Set<EventType> occurred = run(seed, false).counts().keySet();
                            synchronized (missing) {
                                missing.removeAll(occurred);
                                return missing.isEmpty();
                            }
                        });
        return missing;
    }

    /** Runs the histories of the lowest seeds, on all cores, until one matches. */
    private static boolean anyMatch(int count, LongPredicate history) {
        var next = new AtomicLong();
        var isFound = new AtomicBoolean();
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> runs = new ArrayList<>();
            for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
                runs.add(
                        executor.submit(
                                () -> {
                                    while (!isFound.get() && next.get() < count) {
                                        if (history.test(next.getAndIncrement())) {
                                            isFound.set(true);
                                        }
                                    }
                                }));
            }
            for (Future<?> run : runs) {
                run.get();
            }
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException("the simulation has failed", e);
        }
        return isFound.get();
    }
}
