package dev.millrace.worker.quota;

import dev.millrace.contracts.header.TokenEstimate;
import dev.millrace.worker.adaptive.AdaptiveLimit;
import dev.millrace.worker.wire.RateLimitHeaders;
import dev.millrace.worker.wire.ReportedLimit;
import dev.millrace.worker.wire.ResponseHeaders;
import java.time.Duration;
import java.time.Instant;

/**
 * The limits of one model that responses show: with one API key, since each key may belong to
 * another account. Belongs to the loop's thread.
 */
final class KeyQuota {
    /** Limits rarely change, so that reading them from every response would be a waste. */
    private static final Duration HEADERS_INTERVAL = Duration.ofMillis(100);

    private final AdaptiveLimit adaptive;
    private final PermitSet named;
    private long headersReadNanos;

    /**
     * @param named the limits that headers name; may have configured ones, which headers can lower
     * @param isLimited true if a rate of the model is configured
     */
    KeyQuota(AdaptiveLimit adaptive, PermitSet named, boolean isLimited, long nowNanos) {
        this.adaptive = adaptive;
        this.named = named;
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

    /** Returns the nanoseconds until a call with the key may start, or a far time; 0 for now. */
    long waitNanos(String model, TokenEstimate tokens, long nowNanos) {
        return Math.max(
                adaptive.waitNanos(nowNanos),
                named.isEmpty() ? 0 : named.waitNanos(model, tokens, nowNanos));
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
