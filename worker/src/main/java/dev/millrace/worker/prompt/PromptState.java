package dev.millrace.worker.prompt;

import java.time.Duration;

/**
 * What is known about a prefix in the cache of its provider. Times are of the loop's ticker, which
 * can overflow.
 *
 * <pre>
 *            onStarted               answered
 *   COLD ──────────────► WARMING ──────────────► WARM
 *    ▲ ▲                    │                     │ ▲
 *    │ └───── onFailed ─────┘                     └─┘ answered
 *    └──────── not used for the time to live ─────┘
 * </pre>
 */
sealed interface PromptState {
    /** Returns the nanoseconds for which a call waits; 0 if it can start. */
    default long waitNanos(Object call, Duration longest, long nowNanos) {
        return 0;
    }

    /** Returns true if the prefix is cached. */
    default boolean isWarm(long nowNanos) {
        return false;
    }

    /** Returns the state after the start of a call. */
    PromptState onStarted(Object call, Duration ttl, long nowNanos);

    /** Returns the state after a call that other calls cannot profit from. */
    default PromptState onFailed(Object call, long nowNanos) {
        return this;
    }

    /**
     * The prefix is not cached. The next call leads.
     *
     * @param waitedNanos time for which others have waited for leaders that failed
     * @param failedNanos when the last leader failed; meaningless for none
     */
    record Cold(long waitedNanos, long failedNanos) implements PromptState {
        Cold() {
            this(0, 0);
        }

        @Override
        public PromptState onStarted(Object call, Duration ttl, long nowNanos) {
            boolean isForgotten = nowNanos - failedNanos > ttl.toNanos();
            return new Warming(isForgotten ? nowNanos : nowNanos - waitedNanos, call);
        }
    }

    /**
     * A call has started to write the prefix. All leaders in a row lengthen the wait of the others
     * no further than a single one; the time between two leaders, when nobody waits, does not
     * count.
     *
     * @param sinceNanos start of the leader, less the time of earlier ones
     * @param leader the call that writes the prefix
     */
    record Warming(long sinceNanos, Object leader) implements PromptState {
        boolean isLedBy(Object call) {
            return call.equals(leader);
        }

        @Override
        public long waitNanos(Object call, Duration longest, long nowNanos) {
            return isLedBy(call) ? 0 : Math.max(0, sinceNanos + longest.toNanos() - nowNanos);
        }

        @Override
        public PromptState onStarted(Object call, Duration ttl, long nowNanos) {
            return nowNanos - sinceNanos > ttl.toNanos() ? new Warming(nowNanos, call) : this;
        }

        @Override
        public PromptState onFailed(Object call, long nowNanos) {
            return isLedBy(call) ? new Cold(nowNanos - sinceNanos, nowNanos) : this;
        }
    }

    /** The prefix is cached until a time, unless further calls that use it are answered. */
    record Warm(long untilNanos) implements PromptState {
        @Override
        public boolean isWarm(long nowNanos) {
            return nowNanos - untilNanos < 0;
        }

        @Override
        public PromptState onStarted(Object call, Duration ttl, long nowNanos) {
            return isWarm(nowNanos) ? this : new Warming(nowNanos, call);
        }
    }
}
