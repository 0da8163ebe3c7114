package dev.millrace.worker.simulation;

import dev.millrace.worker.simulation.World.History;
import dev.millrace.worker.simulation.mutation.Mutation;
import dev.millrace.worker.simulation.time.EventType;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Runs histories on all cores and sums up their results. */
final class Histories {
    /** The number of histories that are searched for a violation. */
    private static final int MAX_SEARCHED = 2_000;

    private static final Mutation NO_FAULT = new Mutation() {};

    private final Map<EventType, Long> counts = new EnumMap<>(EventType.class);
    private final AtomicLong next;
    private final long end;
    private final boolean stopsAtFirstFailure;
    private @Nullable History firstFailure;

    private Histories(long first, int count, boolean stopsAtFirstFailure) {
        this.next = new AtomicLong(first);
        this.end = first + count;
        this.stopsAtFirstFailure = stopsAtFirstFailure;
    }

    /** Runs the unchanged loop through the histories of {@code count} seeds. */
    static Histories run(long first, int count, Set<Invariant> watched) {
        var all = new Histories(first, count, false);
        all.runOnAllCores(seed -> World.run(seed, NO_FAULT, watched, false));
        return all;
    }

    /** Searches for a history in which a fault violates one of the given invariants. */
    static Optional<History> search(Mutation mutation, Set<Invariant> watched) {
        var all = new Histories(0, MAX_SEARCHED, true);
        all.runOnAllCores(seed -> World.run(seed, mutation, watched, false));
        return all.firstFailure();
    }

    /** Runs one history and keeps its last lines. */
    static History replay(long seed) {
        var all = new Histories(seed, 1, true);
        var histories = new ArrayList<History>();
        all.runOnAllCores(
                it -> {
                    var history = World.run(it, NO_FAULT, Set.of(Invariant.values()), true);
                    histories.add(history);
                    return history;
                });
        return histories.getFirst();
    }

    private void runOnAllCores(LongFunction<History> history) {
        int cores = Runtime.getRuntime().availableProcessors();
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> runs = new ArrayList<>();
            for (int i = 0; i < cores; i++) {
                runs.add(executor.submit(() -> runInSequence(history)));
            }
            for (Future<?> run : runs) {
                run.get();
            }
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException("the simulation has failed", e);
        }
    }

    private void runInSequence(LongFunction<History> history) {
        for (long seed = next.getAndIncrement(); seed < end; seed = next.getAndIncrement()) {
            add(history.apply(seed));
        }
    }

    private synchronized void add(History history) {
        history.counts().forEach((type, count) -> counts.merge(type, count, Long::sum));
        if (history.violation() != null
                && (firstFailure == null || history.seed() < firstFailure.seed())) {
            firstFailure = history;
            if (stopsAtFirstFailure) {
                next.set(end);
            }
        }
    }

    /** Returns the history of the lowest seed that violated an invariant. */
    Optional<History> firstFailure() {
        return Optional.ofNullable(firstFailure);
    }

    Map<EventType, Long> counts() {
        return Map.copyOf(counts);
    }

    /** Formats the counts of all event types. */
    String table() {
        return counts.entrySet().stream()
                .map(it -> String.format(Locale.ROOT, "%9d %s", it.getValue(), it.getKey()))
                .collect(Collectors.joining(System.lineSeparator()));
    }
}
