package dev.millrace.worker.quota;

import dev.millrace.quota.ConcurrencyPermits;
import dev.millrace.quota.LocalConcurrency;
import dev.millrace.quota.LocalRate;
import dev.millrace.quota.RateLimit;
import dev.millrace.quota.RatePermits;

/** Creates the permits of limits. Belongs to the loop's thread. */
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
