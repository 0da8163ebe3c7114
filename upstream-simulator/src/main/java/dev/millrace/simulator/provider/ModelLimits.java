package dev.millrace.simulator.provider;

import dev.millrace.simulator.settings.LimitSettings;
import dev.millrace.simulator.wire.header.LimitState.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The rate limits of one model. Not thread-safe; takes the time as an argument. */
final class ModelLimits {
    private final List<TokenBucket> buckets = new ArrayList<>();

    ModelLimits(LimitSettings limits, long nowNanos) {
        add(Kind.REQUESTS, limits.requestsPerMinute(), limits.burst(), nowNanos);
        add(Kind.TOKENS, limits.tokensPerMinute(), limits.burst(), nowNanos);
        add(Kind.INPUT_TOKENS, limits.inputTokensPerMinute(), limits.burst(), nowNanos);
        add(Kind.OUTPUT_TOKENS, limits.outputTokensPerMinute(), limits.burst(), nowNanos);
    }

    private void add(Kind kind, long perMinute, Duration burst, long nowNanos) {
        if (perMinute > 0) {
            buckets.add(new TokenBucket(kind, perMinute, burst, nowNanos));
        }
    }

    /** Counts a call against every limit, or refuses the call and counts nothing. */
    Admission admit(int input, int output, long nowNanos) {
        Duration longest = Duration.ZERO;
        String subject = "";
        for (TokenBucket bucket : buckets) {
            bucket.refill(nowNanos);
            Duration delay = bucket.waitFor(amount(bucket.kind(), input, output));
            if (delay.compareTo(longest) > 0) {
                longest = delay;
                subject = bucket.kind().subject();
            }
        }
        if (longest.isPositive()) {
            return new Admission.Refused(
                    subject, longest, buckets.stream().map(TokenBucket::state).toList());
        }
        buckets.forEach(bucket -> bucket.take(amount(bucket.kind(), input, output)));
        return new Admission.Granted(buckets.stream().map(TokenBucket::state).toList());
    }

    private static long amount(Kind kind, int input, int output) {
        return switch (kind) {
            case REQUESTS -> 1;
            case TOKENS -> (long) input + output;
            case INPUT_TOKENS -> input;
            case OUTPUT_TOKENS -> output;
        };
    }
}
