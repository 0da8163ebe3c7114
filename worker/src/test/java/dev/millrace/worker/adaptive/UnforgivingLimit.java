package dev.millrace.worker.adaptive;

import java.time.Duration;

/**
 * A limit that recovers neither after an idle time nor after accepted calls: a deliberate fault.
 */
public final class UnforgivingLimit {
    private UnforgivingLimit() {}

    public static AdaptiveLimit create(int bound, long nowNanos) {
        return new AdaptiveLimit(
                bound,
                Duration.ofDays(1_000),
                new RefusedCalls(nowNanos),
                new UnavoidableShare(),
                nowNanos);
    }

    /** A history without the calls that were accepted. */
    private static final class RefusedCalls extends CallHistory {
        RefusedCalls(long nowNanos) {
            super(nowNanos);
        }

        @Override
        CallSample between(long fromNanos, long toNanos) {
            CallSample all = super.between(fromNanos, toNanos);
            return new CallSample(all.refused(), all.refused(), all.nanos());
        }
    }
}
