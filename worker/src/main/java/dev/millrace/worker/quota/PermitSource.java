package dev.millrace.worker.quota;

import dev.millrace.quota.ConcurrencyPermits;
import dev.millrace.quota.LocalConcurrency;
import dev.millrace.quota.LocalRate;
import dev.millrace.quota.RateLimit;
import dev.millrace.quota.RatePermits;
import dev.millrace.worker.adaptive.AdaptiveLimit;

/**
 * Creates the permits of limits, and the limits that are found by trying. Belongs to the loop's
 * thread.
 */
public interface PermitSource extends AutoCloseable {
    /** Creates permits that this worker does not share. */
    PermitSource LOCAL =
            new PermitSource() {
                @Override
                public RatePermits rate(String key, RateLimit limit, long nowNanos) {
                    return new LocalRate(limit, nowNanos);
                }

                @Override
                public ConcurrencyPermits concurrency(String key, int limit, long nowNanos) {
                    return new LocalConcurrency(limit);
                }
            };

    /**
     * Creates the permits of a limit in a sliding window.
     *
     * @param key the limit's path in the configuration, such as {@code
     *     models.gpt-4.1.limits.requests_per_minute}
     */
    RatePermits rate(String key, RateLimit limit, long nowNanos);

    /** Creates the permits of a limit of concurrent calls. */
    ConcurrencyPermits concurrency(String key, int limit, long nowNanos);

    /**
     * Creates the limit of a model's calls with one key that is found by trying.
     *
     * @param bound calls in flight that other limits allow in any case, 1 or more
     */
    default AdaptiveLimit found(int bound, long nowNanos) {
        return new AdaptiveLimit(bound, nowNanos);
    }

    /** Sets the action to run, on any thread, when refused permits can have become available. */
    default void onGrant(Runnable action) {}

    /**
     * Returns why calls of limited models wait for permits of other workers; empty if they do not.
     */
    default String problem() {
        return "";
    }

    @Override
    default void close() {}
}
