package dev.millrace.gateway.job;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The partitions to read: always the home partitions, and other partitions while a job needs them
 * and for a while afterwards, unless all are read. Thread-safe.
 */
final class ReadPartitions {
    /**
     * Time for which a partition is still read after its last use, since it is often needed again.
     */
    private static final Duration KEPT = Duration.ofSeconds(30);

    private final LongSupplier nanoTicker;
    private final Map<Integer, Use> uses = new HashMap<>();
    private Set<Integer> homes = Set.of();
    private @Nullable Integer count;

    /** The use of one partition. */
    private static final class Use {
        final CompletableFuture<Void> positioned = new CompletableFuture<>();
        int holders;
        long unusedSince;
    }

    ReadPartitions(LongSupplier nanoTicker) {
        this.nanoTicker = nanoTicker;
    }

    /** Returns the number of partitions that have results; empty until it is known. */
    synchronized Optional<Integer> count() {
        return Optional.ofNullable(count);
    }

    /**
     * Sets the number of partitions that have results, and the home partitions.
     *
     * @param readsAll true to always read every partition, not only the home partitions
     */
    synchronized void onCount(int partitions, Set<Integer> home, boolean readsAll) {
        count = partitions;
        homes = Set.copyOf(home);
        for (int partition = 0; partition < partitions; partition++) {
            if (readsAll || home.contains(partition)) {
                hold(partition);
            }
        }
    }

    private Use hold(int partition) {
        Use use = uses.computeIfAbsent(partition, _ -> new Use());
        use.holders++;
        return use;
    }

    /** Adds a holder; the future completes when the partition has a position. */
    synchronized CompletableFuture<Void> require(int partition) {
        return hold(partition).positioned;
    }

    synchronized void release(int partition) {
        Use use = uses.get(partition);
        if (use != null && use.holders > 0) {
            use.holders--;
            use.unusedSince = nanoTicker.getAsLong();
        }
    }

    /**
     * Drops the partitions that have not been needed for a while, and returns the partitions to
     * read.
     */
    synchronized Set<Integer> wanted() {
        long now = nanoTicker.getAsLong();
        uses.values().removeIf(it -> it.holders == 0 && now - it.unusedSince >= KEPT.toNanos());
        return new TreeSet<>(uses.keySet());
    }

    /** Records that a partition has a position. */
    void onPositioned(int partition) {
        Use use;
        synchronized (this) {
            use = uses.get(partition);
        }
        if (use != null) {
            // Outside of the lock, so that a waiting thread continues at once.
            use.positioned.complete(null);
        }
    }

    /** Returns the home partitions that have a position. */
    synchronized Set<Integer> readyHomes() {
        var ready = new TreeSet<Integer>();
        for (int home : homes) {
            Use use = uses.get(home);
            if (use != null && use.positioned.isDone()) {
                ready.add(home);
            }
        }
        return ready;
    }
}
