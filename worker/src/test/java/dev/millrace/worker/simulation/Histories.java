package dev.millrace.worker.simulation;

import dev.millrace.worker.simulation.World.History;
import dev.millrace.worker.simulation.mutation.Mutation;
import dev.millrace.worker.simulation.time.Happening;
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

/** Many histories, as many at a time as there are cores, and what became of them together. */
final class Histories {
    /** So many are tried until a fault counts as not found. */
    private static final int MAX_SEARCHED = 2_000;

    private final Map<Happening, Long> counts = new EnumMap<>(Happening.class);
    private final AtomicLong next;
    private final long end;
    private final boolean endsWithFirst;
    private @Nullable History broken;

    private Histories(long first, int count, boolean endsWithFirst) {
        this.next = new AtomicLong(first);
        this.end = first + count;
        this.endsWithFirst = endsWithFirst;
    }

    /** The engine as it is, in all the histories of these seeds. */
    static Histories run(long first, int count, Set<Invariant> watched) {
        var all = new Histories(first, count, false);
        all.onAllCores(seed -> World.run(seed, Mutation.NONE, watched, false));
        return all;
    }

    /** A history in which that fault breaks one of these. */
    static Optional<History> search(Mutation mutation, Set<Invariant> watched) {
        var all = new Histories(0, MAX_SEARCHED, true);
        all.onAllCores(seed -> World.run(seed, mutation, watched, false));
        return all.broken();
    }

    /** One history, with its last lines. */
    static History replay(long seed) {
        var all = new Histories(seed, 1, true);
        var told = new ArrayList<History>();
        all.onAllCores(
                it -> {
                    var history = World.run(it, Mutation.NONE, Set.of(Invariant.values()), true);
                    told.add(history);
                    return history;
                });
        return told.getFirst();
    }

    private void onAllCores(LongFunction<History> history) {
        int cores = Runtime.getRuntime().availableProcessors();
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> runs = new ArrayList<>();
            for (int i = 0; i < cores; i++) {
                runs.add(executor.submit(() -> oneAfterAnother(history)));
            }
            for (Future<?> run : runs) {
                run.get();
            }
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException("the simulation itself has failed", e);
        }
    }

    private void oneAfterAnother(LongFunction<History> history) {
        for (long seed = next.getAndIncrement(); seed < end; seed = next.getAndIncrement()) {
            add(history.apply(seed));
        }
    }

    private synchronized void add(History history) {
        history.counts().forEach((happening, count) -> counts.merge(happening, count, Long::sum));
        if (history.violation() != null && (broken == null || history.seed() < broken.seed())) {
            broken = history;
            if (endsWithFirst) {
                next.set(end);
            }
        }
    }

    /** The one of the lowest seed that broke an invariant. */
    Optional<History> broken() {
        return Optional.ofNullable(broken);
    }

    Map<Happening, Long> counts() {
        return Map.copyOf(counts);
    }

    /** How often everything happened. */
    String table() {
        return counts.entrySet().stream()
                .map(it -> String.format(Locale.ROOT, "%9d %s", it.getValue(), it.getKey()))
                .collect(Collectors.joining(System.lineSeparator()));
    }
}
