package dev.millrace.store.rollup;

import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.contracts.result.JobEnd;
import dev.millrace.contracts.result.Provenance;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/** A number that rollups sum over events. The name in lower case is its column. */
public enum RollupCounter {
    /** Jobs that ended. */
    REQUESTS(event -> one(event.isFinal())),
    /** Jobs that ended with an error. */
    FAILURES(onEnd(end -> one(end.errorCode() != null))),
    BILLED_EVENTS(event -> one(event.kind() == CostKind.BILLED)),
    UNCERTAIN_EVENTS(event -> one(event.kind() == CostKind.UNCERTAIN)),
    SAVED_EVENTS(event -> one(event.kind() == CostKind.SAVED)),
    INPUT_TOKENS(event -> event.usage().inputTokens()),
    CACHED_INPUT_TOKENS(event -> event.usage().cachedInputTokens()),
    CACHE_WRITE_TOKENS(event -> event.usage().cacheWriteTokens()),
    CACHE_WRITE_1H_TOKENS(event -> event.usage().cacheWriteHourTokens()),
    OUTPUT_TOKENS(event -> event.usage().outputTokens()),
    REASONING_TOKENS(event -> event.usage().reasoningTokens()),
    /** Jobs that ended after at least one call. The sums of durations are over these jobs. */
    CALLED_REQUESTS(onEnd(end -> one(end.attempts() > 0))),
    /** Durations of the last calls, in milliseconds. */
    UPSTREAM_MS(onEnd(end -> end.attempts() > 0 ? end.times().upstreamMs() : 0)),
    /** Times from submission to the last call, in milliseconds. */
    QUEUED_MS(onEnd(end -> end.attempts() > 0 ? end.times().queuedMs() : 0)),
    /** Jobs that got a cached answer. */
    CACHE_HITS(
            onEnd(
                    end ->
                            one(
                                    end.cache().equals(Provenance.CACHE_HIT)
                                            || end.cache().equals(Provenance.CACHE_SEMANTIC)
                                            || end.cache().equals(Provenance.CACHE_STALE)))),
    /** Jobs that got the answer of another job's call. */
    COLLAPSED(onEnd(end -> one(end.cache().equals(Provenance.CACHE_COLLAPSED)))),
    /** Billed attempts for which it was too late for a cheaper service tier. */
    SPILLED(event -> one(event.cost().spilled()));

    /** All counters, in the order of their declaration. */
    public static final List<RollupCounter> ALL = List.of(values());

    @SuppressWarnings("ImmutableEnumChecker") // A pure function.
    private final ToLongFunction<CostEvent> amount;

    RollupCounter(ToLongFunction<CostEvent> amount) {
        this.amount = amount;
    }

    /** Returns the column in the table of rollups. */
    public String column() {
        return name().toLowerCase(Locale.ROOT);
    }

    long amountOf(CostEvent event) {
        return amount.applyAsLong(event);
    }

    private static long one(boolean counts) {
        return counts ? 1 : 0;
    }

    private static ToLongFunction<CostEvent> onEnd(ToLongFunction<JobEnd> amount) {
        return event -> {
            JobEnd end = event.end();
            return event.isFinal() && end != null ? amount.applyAsLong(end) : 0;
        };
    }
}
