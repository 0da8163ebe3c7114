package dev.millrace.worker.quota;

import dev.millrace.contracts.control.LimitOrigin;
import dev.millrace.contracts.control.WorkerReport;
import dev.millrace.contracts.header.TokenEstimate;
import dev.millrace.wire.error.RateLimitHeaders;
import dev.millrace.wire.error.ReportedLimit;
import dev.millrace.wire.error.ReportedLimit.Kind;
import dev.millrace.wire.error.ResponseHeaders;
import dev.millrace.worker.job.Hold;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The limits of one model's calls with one API key. Limits learned from responses hold for a single
 * key, since each key can belong to another account. Belongs to the loop's thread.
 */
final class KeyQuota {
    /**
     * Interval of reading limits from responses; they rarely change, so reading every response
     * would be a waste.
     */
    private static final Duration HEADERS_INTERVAL = Duration.ofMillis(100);

    /**
     * A shorter part of a window of unknown length is too little evidence to start all calls at
     * once.
     */
    private static final Duration LEAST_PART = Duration.ofSeconds(10);

    private final LimitSearch search;
    private final PermitSet own;
    private final List<PermitSet> ofKey;
    private final boolean isLimited;
    private long headersReadNanos;

    /** The limit of a window of unknown length, with the longest part of the window seen so far. */
    private @Nullable ReportedLimit longestPart;

    /**
     * @param own the limits of the model with this key: limits that headers name and, with a single
     *     key, the configured limits of the model
     * @param ofKey configured limits of the key, which the provider's other models share
     * @param isLimited true if a rate of the model is configured
     */
    KeyQuota(
            LimitSearch search,
            PermitSet own,
            List<PermitSet> ofKey,
            boolean isLimited,
            long nowNanos) {
        this.search = search;
        this.own = own;
        this.ofKey = List.copyOf(ofKey);
        this.isLimited = isLimited;
        headersReadNanos = nowNanos - HEADERS_INTERVAL.toNanos();
        if (isLimited) {
            search.onLimitsKnown();
        }
    }

    LimitSearch search() {
        return search;
    }

    PermitSet own() {
        return own;
    }

    /** Returns the configured limits of the key for all models. */
    List<PermitSet> ofKey() {
        return ofKey;
    }

    /** Returns true if a call with the key may start now. */
    boolean hasRoom(String asking, TokenEstimate tokens, long nowNanos) {
        boolean hasRoom = search.hasRoom(nowNanos) && own.hasRoom(asking, tokens, nowNanos);
        for (PermitSet set : ofKey) {
            hasRoom = hasRoom && set.hasRoom(asking, tokens, nowNanos);
        }
        return hasRoom;
    }

    /** Returns which limit holds back a call with the key; null if none does. */
    @Nullable Hold hold(String asking, TokenEstimate tokens, Instant now, long nowNanos) {
        Hold hold =
                search.hasRoom(nowNanos)
                        ? own.hold(asking, tokens, nowNanos)
                        : FoundLimitText.hold(search.found(), now, nowNanos);
        for (PermitSet set : ofKey) {
            hold = hold == null ? set.hold(asking, tokens, nowNanos) : hold;
        }
        return hold;
    }

    /**
     * Returns the nanoseconds until a call with the key can start; 0 for now, a far time if
     * unknown.
     */
    long waitNanos(String asking, TokenEstimate tokens, long nowNanos) {
        long wait = search.waitNanos(nowNanos);
        if (!own.isEmpty()) {
            wait = own.waitNanos(asking, tokens, wait, nowNanos);
        }
        for (PermitSet set : ofKey) {
            wait = set.waitNanos(asking, tokens, wait, nowNanos);
        }
        return wait;
    }

    /** Adds the limits that the provider named, and the limit that its refusals showed. */
    void addLearned(List<WorkerReport.Learned> learned, long nowNanos) {
        own.addNamed(learned, nowNanos);
        if (!search.isLimited()) {
            return;
        }
        FoundLimit limit = search.found();
        boolean isRate = limit.perSecond() > 0;
        learned.add(
                new WorkerReport.Learned(
                        own.scope() + (isRate ? ".requests_per_minute" : ".concurrency"),
                        LimitOrigin.FOUND,
                        isRate ? Math.round(60 * limit.perSecond()) : limit.inFlight(),
                        isRate ? search.lastMinute(nowNanos) : search.inFlight()));
    }

    /**
     * Applies the limits that a response names, and ends limits that answers no longer name.
     *
     * @param isAnswer true if the call was answered
     */
    void readHeaders(ResponseHeaders headers, boolean isAnswer, Instant now, long nowNanos) {
        if (nowNanos - headersReadNanos < HEADERS_INTERVAL.toNanos()) {
            return;
        }
        headersReadNanos = nowNanos;
        var perMinute = new EnumMap<Kind, Long>(Kind.class);
        for (ReportedLimit reported : RateLimitHeaders.read(headers, now)) {
            ReportedLimit limit = reported.isPart() ? whole(reported) : reported;
            perMinute.merge(limit.kind(), limit.perMinute(), Math::min);
            if (limit.isPart()) {
                search.onWindowKnown(limit.window());
            }
            if (!limit.isPart() && limit.window().compareTo(PermitSet.MINUTE) < 0) {
                own.learn(limit.kind(), limit.limit(), limit.window(), nowNanos);
            }
            if (!limit.isPart() || limit.window().compareTo(LEAST_PART) >= 0) {
                search.onLimitsKnown();
            }
        }
        perMinute.forEach((kind, it) -> own.learn(kind, it, PermitSet.MINUTE, nowNanos));
        if (isAnswer && own.forgetUnnamed(nowNanos)) {
            longestPart = null;
            search.onLimitsUnnamed(isLimited);
        }
    }

    /**
     * Returns the limit with the longest remaining time of its window: calls at the beginning of a
     * window show its length. Before such calls, the returned limit is higher than the provider's.
     */
    private ReportedLimit whole(ReportedLimit part) {
        ReportedLimit before = longestPart;
        if (before != null
                && before.limit() == part.limit()
                && before.window().compareTo(part.window()) >= 0) {
            return before;
        }
        longestPart = part;
        return part;
    }
}
