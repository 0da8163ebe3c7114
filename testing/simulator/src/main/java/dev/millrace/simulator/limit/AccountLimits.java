package dev.millrace.simulator.limit;

import dev.millrace.simulator.answer.Usage;
import dev.millrace.simulator.settings.LimitSettings;
import dev.millrace.simulator.wire.LimitState;
import dev.millrace.simulator.wire.LimitState.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;

/** The limits of one model or one account. Not thread-safe; takes the time as an argument. */
public final class AccountLimits {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration CONCURRENCY_WAIT = Duration.ofSeconds(1);

    private final LimitSettings settings;
    private final List<AccountRateLimit> rates = new ArrayList<>();
    private int inFlight;

    /** Creates unused limits. */
    public AccountLimits(LimitSettings settings, long nowNanos) {
        this.settings = settings;
        addPerMinute(Kind.REQUESTS, settings.requestsPerMinute(), nowNanos);
        addPerMinute(Kind.TOKENS, settings.tokensPerMinute(), nowNanos);
        addPerMinute(Kind.INPUT_TOKENS, settings.inputTokensPerMinute(), nowNanos);
        addPerMinute(Kind.OUTPUT_TOKENS, settings.outputTokensPerMinute(), nowNanos);
        addPerSecond(Kind.REQUESTS_PER_SECOND, settings.requestsPerSecond());
        addPerSecond(Kind.TOKENS_PER_SECOND, settings.tokensPerSecond());
    }

    private void addPerMinute(Kind kind, long limit, long nowNanos) {
        if (limit > 0) {
            rates.add(
                    switch (settings.window()) {
                        case BUCKET -> new TokenBucket(kind, limit, settings.burst(), nowNanos);
                        case SLIDING -> new StrictWindow(kind, limit, MINUTE);
                    });
        }
    }

    private void addPerSecond(Kind kind, long limit) {
        if (limit > 0) {
            rates.add(new StrictWindow(kind, limit, SECOND));
        }
    }

    /**
     * Counts a call against every limit of all groups, or refuses the call and counts nothing. A
     * granted call must be followed by {@link #end} of each group.
     */
    public static Admission admit(List<AccountLimits> groups, Usage usage, long nowNanos) {
        if (groups.stream().anyMatch(AccountLimits::isFull)) {
            return new Admission.Refused(
                    "concurrent requests", CONCURRENCY_WAIT, states(groups, nowNanos));
        }
        Duration longest = Duration.ZERO;
        String subject = "";
        for (AccountRateLimit rate : rates(groups)) {
            long amount = amount(rate.kind(), usage);
            if (rate.isTooLarge(amount)) {
                long limit = rate.state(nowNanos).limit();
                return new Admission.TooLarge(
                        rate.kind().subject(), limit, amount, states(groups, nowNanos));
            }
            Duration delay = rate.waitFor(amount, nowNanos);
            if (delay.compareTo(longest) > 0) {
                longest = delay;
                subject = rate.kind().subject();
            }
        }
        if (longest.isPositive()) {
            return new Admission.Refused(subject, longest, states(groups, nowNanos));
        }
        groups.forEach(group -> group.begin(usage, nowNanos));
        return new Admission.Granted(states(groups, nowNanos));
    }

    /** Frees the concurrency that a granted call held. */
    public void end() {
        inFlight--;
    }

    private boolean isFull() {
        return settings.concurrency() > 0 && inFlight >= settings.concurrency();
    }

    private void begin(Usage usage, long nowNanos) {
        rates.forEach(rate -> rate.take(amount(rate.kind(), usage), nowNanos));
        inFlight++;
    }

    private static List<AccountRateLimit> rates(List<AccountLimits> groups) {
        return groups.stream().flatMap(group -> group.rates.stream()).toList();
    }

    private static List<LimitState> states(List<AccountLimits> groups, long nowNanos) {
        Map<Kind, LimitState> tightest = new EnumMap<>(Kind.class);
        var smaller = BinaryOperator.minBy(Comparator.comparingLong(LimitState::remaining));
        for (AccountLimits group : groups) {
            if (group.settings.headers()) {
                group.rates.stream()
                        .filter(rate -> rate.kind().hasHeader())
                        .map(rate -> rate.state(nowNanos))
                        .forEach(state -> tightest.merge(state.kind(), state, smaller));
            }
        }
        return List.copyOf(tightest.values());
    }

    private static long amount(Kind kind, Usage usage) {
        return switch (kind) {
            case REQUESTS, REQUESTS_PER_SECOND -> 1;
            case TOKENS, TOKENS_PER_SECOND -> usage.total();
            case INPUT_TOKENS -> usage.input();
            case OUTPUT_TOKENS -> usage.output();
        };
    }
}
