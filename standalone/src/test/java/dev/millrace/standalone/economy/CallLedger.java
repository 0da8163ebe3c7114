package dev.millrace.standalone.economy;

import static java.util.stream.Collectors.groupingBy;

import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.simulator.calllog.CallLog;
import dev.millrace.simulator.calllog.LoggedCall;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The provider's ledger by job.
 *
 * @param calls billed and other calls without refused ones, by job id
 * @param prices by model
 */
record CallLedger(Map<String, List<LoggedCall>> calls, Map<String, Price> prices) {
    private static final int REFUSED = 429;

    /** What follows the job id in the idempotency key of a call at the cheaper tier. */
    private static final String TIER = "-flex";

    static CallLedger of(CallLog ledger, Map<String, Price> prices) {
        return new CallLedger(
                ledger.entries().stream()
                        .filter(it -> it.status() != REFUSED)
                        .collect(groupingBy(CallLedger::job)),
                prices);
    }

    private static String job(LoggedCall call) {
        String key = String.valueOf(call.caller().idempotencyKey());
        return key.endsWith(TIER) ? key.substring(0, key.length() - TIER.length()) : key;
    }

    /** Returns the number of billed calls at the cheaper tier. */
    long cheaperCalls() {
        return calls.values().stream()
                .flatMap(List::stream)
                .filter(it -> it.billed() && it.usage().flex())
                .count();
    }

    /** Returns the number of called jobs. */
    int jobs() {
        return calls.size();
    }

    int calls(TenantJob job) {
        return calls.getOrDefault(job.id(), List.of()).size();
    }

    /** Returns the cost of all calls of a job, in US dollars. */
    BigDecimal cost(TenantJob job) {
        return costs(job).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /** Returns the cost of all calls, in US dollars. */
    BigDecimal cost() {
        return calls.values().stream()
                .flatMap(List::stream)
                .filter(LoggedCall::billed)
                .map(this::cost)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /** Returns the input tokens of all billed calls. */
    long inputTokens() {
        return calls.values().stream()
                .flatMap(List::stream)
                .filter(LoggedCall::billed)
                .mapToLong(call -> call.usage().input())
                .sum();
    }

    /** Returns the cost of one call of a job that was answered, in US dollars. */
    BigDecimal costOfAnswer(TenantJob job) {
        return costs(job).findFirst().orElseThrow();
    }

    private Stream<BigDecimal> costs(TenantJob job) {
        return calls.getOrDefault(job.id(), List.of()).stream()
                .filter(LoggedCall::billed)
                .map(this::cost);
    }

    private BigDecimal cost(LoggedCall call) {
        var usage = call.usage();
        return Objects.requireNonNull(prices.get(call.model()), call.model())
                .at(call.time(), call.time().plus(call.duration()))
                .tier(usage.serviceTier())
                .orElseThrow()
                .costOf(
                        new TokenUsage(
                                usage.input(),
                                usage.cachedInput(),
                                usage.cacheWrite(),
                                usage.output(),
                                0));
    }
}
