package dev.millrace.router.cache;

import dev.millrace.router.cache.store.SharedCallStore;
import java.util.List;
import java.util.function.LongSupplier;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/** Finds shared calls whose leader is lost. Each turn visits a bounded number of shared calls. */
final class LostSharedCalls {
    private static final int MAX_TURN = 256;

    private final SharedCallStore sharedCalls;
    private final LongSupplier bound;

    private long checkedBound = Long.MIN_VALUE;
    private boolean isScanning;
    private @Nullable Bytes next;

    /**
     * @param bound supplies the time before which unfinished jobs are lost
     */
    LostSharedCalls(SharedCallStore sharedCalls, LongSupplier bound) {
        this.sharedCalls = sharedCalls;
        this.bound = bound;
    }

    /**
     * Returns cache keys of lost shared calls; visits all shared calls after each change of the
     * bound.
     */
    List<String> find() {
        long lostBefore = bound.getAsLong();
        if (lostBefore != checkedBound) {
            checkedBound = lostBefore;
            isScanning = true;
            next = null;
        }
        if (!isScanning) {
            return List.of();
        }
        var page = sharedCalls.lost(next, lostBefore, MAX_TURN);
        next = page.next();
        isScanning = next != null;
        return page.lost();
    }
}
