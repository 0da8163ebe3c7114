package dev.millrace.worker.prompt;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What is known about a prefix in the cache of its provider. Times are of the loop's ticker, which
 * can overflow.
 *
 * <pre>
 *            onStarted               onReadable
 *   COLD ──────────────► WARMING ──────────────► WARM
 *    ▲                    │    ▲                  │ ▲
 *    │                    └────┘ onFailed         └─┘ onReadable
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
    default PromptState onFailed(Object call) {
        return this;
    }

    /** The prefix is not cached. The next call leads. */
    record Cold() implements PromptState {
        @Override
        public PromptState onStarted(Object call, Duration ttl, long nowNanos) {
            return new Warming(nowNanos, call);
        }
    }

    /**
     * A call has started to write the prefix. A later leader does not lengthen the wait of the
     * others, which all began to wait after {@code sinceNanos}.
     *
     * @param sinceNanos start of the first leader
     * @param leader the call that writes the prefix; null after it has failed
     */
    record Warming(long sinceNanos, @Nullable Object leader) implements PromptState {
        boolean isLedBy(Object call) {
            return call.equals(leader);
        }

        @Override
        public long waitNanos(Object call, Duration longest, long nowNanos) {
            return leader == null || isLedBy(call)
                    ? 0
                    : Math.max(0, sinceNanos + longest.toNanos() - nowNanos);
        }

        @Override
        public PromptState onStarted(Object call, Duration ttl, long nowNanos) {
            if (nowNanos - sinceNanos > ttl.toNanos()) {
                return new Warming(nowNanos, call);
            }
            return leader == null ? new Warming(sinceNanos, call) : this;
        }

        @Override
        public PromptState onFailed(Object call) {
            return isLedBy(call) ? new Warming(sinceNanos, null) : this;
        }
    }

    /** The prefix is cached until a time, unless further calls use it. */
    record Warm(long untilNanos) implements PromptState {
        @Override
        public boolean isWarm(long nowNanos) {
            return nowNanos - untilNanos < 0;
        }

        @Override
        public PromptState onStarted(Object call, Duration ttl, long nowNanos) {
            return isWarm(nowNanos)
                    ? new Warm(nowNanos + ttl.toNanos())
                    : new Warming(nowNanos, call);
        }
    }
}
