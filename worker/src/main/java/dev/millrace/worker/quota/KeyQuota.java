package dev.millrace.worker.quota;

import dev.millrace.contracts.header.TokenEstimate;
import dev.millrace.worker.adaptive.AdaptiveLimit;
import dev.millrace.worker.job.JobTopic;
import dev.millrace.worker.wire.RateLimitHeaders;
import dev.millrace.worker.wire.ReportedLimit;
import dev.millrace.worker.wire.ResponseHeaders;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * The limits of one model's calls with one API key. Those that responses show hold for a single
 * key, since each key may belong to another account. Belongs to the loop's thread.
 */
final class KeyQuota {
    /** Limits rarely change, so that reading them from every response would be a waste. */
    private static final Duration HEADERS_INTERVAL = Duration.ofMillis(100);

    private final AdaptiveLimit adaptive;
    private final PermitSet named;
    private final List<PermitSet> shared;
    private long headersReadNanos;

    /**
     * @param named the limits that headers name; may have configured ones, which headers can lower
     * @param shared configured limits of the key, which the provider's other models share
     * @param isLimited true if a rate of the model is configured
     */
    KeyQuota(
            AdaptiveLimit adaptive,
            PermitSet named,
            List<PermitSet> shared,
            boolean isLimited,
            long nowNanos) {
        this.adaptive = adaptive;
        this.named = named;
        this.shared = List.copyOf(shared);
        headersReadNanos = nowNanos - HEADERS_INTERVAL.toNanos();
        if (isLimited) {
            adaptive.onLimitsKnown();
        }
    }

    AdaptiveLimit adaptive() {
        return adaptive;
    }

    PermitSet named() {
        return named;
    }

    /** Returns the configured limits of the key. */
    List<PermitSet> shared() {
        return shared;
    }

    /** Returns true if a call with the key may start now. */
    boolean hasRoom(JobTopic asking, TokenEstimate tokens, long nowNanos) {
        boolean hasRoom = adaptive.hasRoom(nowNanos) && named.hasRoom(asking, tokens, nowNanos);
        for (PermitSet set : shared) {
            hasRoom = hasRoom && set.hasRoom(asking, tokens, nowNanos);
        }
        return hasRoom;
    }

    /** Returns the nanoseconds until a call with the key may start, or a far time; 0 for now. */
    long waitNanos(JobTopic asking, TokenEstimate tokens, long nowNanos) {
        long wait = adaptive.waitNanos(nowNanos);
        if (!named.isEmpty()) {
            wait = named.waitNanos(asking, tokens, wait, nowNanos);
        }
        for (PermitSet set : shared) {
            wait = set.waitNanos(asking, tokens, wait, nowNanos);
        }
        return wait;
    }

    /** Applies the limits that a response names. */
    void readHeaders(ResponseHeaders headers, Instant now, long nowNanos) {
        if (nowNanos - headersReadNanos < HEADERS_INTERVAL.toNanos()) {
            return;
        }
        headersReadNanos = nowNanos;
        for (ReportedLimit limit : RateLimitHeaders.read(headers, now)) {
            if (limit.isPerMinute()) {
                named.learn(limit.kind(), limit.limit(), nowNanos);
                adaptive.onLimitsKnown();
            }
        }
    }
}
