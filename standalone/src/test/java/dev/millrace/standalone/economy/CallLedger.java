package dev.millrace.standalone.economy;

import static java.util.stream.Collectors.groupingBy;

import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.simulator.calllog.CallLog;
import dev.millrace.simulator.calllog.LoggedCall;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The provider's ledger by job.
 *
 * @param calls billed and other calls, by idempotency key, which is the job id
 */
record CallLedger(Map<String, List<LoggedCall>> calls, Price price) {
    static CallLedger of(CallLog ledger, Price price) {
        return new CallLedger(
                ledger.entries().stream()
                        .collect(groupingBy(it -> String.valueOf(it.caller().idempotencyKey()))),
                price);
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
                .map(call -> cost(call, price))
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
                .map(call -> cost(call, price));
    }

    private static BigDecimal cost(LoggedCall call, Price price) {
        var usage = call.usage();
        return price.at(call.time(), call.time().plus(call.duration()))
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
