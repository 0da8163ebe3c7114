package dev.millrace.bench.torture;

import static dev.millrace.simulator.calllog.CallOutcome.DROPPED;
import static java.util.Comparator.comparing;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import dev.millrace.bench.torture.ClientHistory.ClientAnswer;
import dev.millrace.bench.torture.ClientHistory.SentRecord;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.simulator.calllog.CallOutcome;
import dev.millrace.simulator.calllog.LoggedCall;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What clients did and saw, and what the pipeline and the provider wrote.
 *
 * @param database rows by table, as {@link Outputs#rows}
 * @param calls all calls of each job that the provider received, in the order of their arrival
 * @param refused calls at most that a link accepted and the provider refused, so that it knows
 *     nothing of them
 */
record Evidence(
        ClientHistory history,
        Outputs outputs,
        Map<String, List<String>> database,
        Map<String, List<Call>> calls,
        long refused,
        List<InflictedFault> faults) {
    /**
     * A call that the provider received.
     *
     * @param costUsd zero if it is not billed
     * @param millis arrival at the provider
     * @param end time of its last byte
     * @param isBilled true if the provider had an answer, even if it did not arrive
     * @param outcome an answer of a gateway that did not wait for the provider is {@link
     *     CallOutcome#DROPPED}
     */
    record Call(
            String model,
            BigDecimal costUsd,
            long millis,
            long end,
            boolean isBilled,
            CallOutcome outcome) {
        private static final Set<Integer> GATEWAY_ERRORS = Set.of(502, 504);

        /** Returns true if the provider wrote the whole answer. */
        boolean isAnswered() {
            return outcome == CallOutcome.ANSWERED;
        }

        static Call of(LoggedCall call) {
            return new Call(
                    call.model(),
                    LoadModel.PRICE.costOf(
                            TokenUsage.of(call.usage().input(), call.usage().output())),
                    call.time().toEpochMilli(),
                    call.time().plus(call.duration()).toEpochMilli(),
                    call.billed(),
                    GATEWAY_ERRORS.contains(call.status()) ? DROPPED : call.outcome());
        }
    }

    /** Returns the calls of a ledger by job. */
    static Map<String, List<Call>> calls(List<LoggedCall> ledger) {
        return ledger.stream()
                .sorted(comparing(LoggedCall::time))
                .collect(groupingBy(Evidence::job, mapping(Call::of, toList())));
    }

    /** Returns the job of a call, whose idempotency key tells calls of a fallback apart. */
    private static String job(LoggedCall call) {
        return String.valueOf(call.caller().idempotencyKey()).split("-fallback-", 2)[0];
    }

    /** Returns the jobs that must have a result. */
    Set<String> due() {
        var due = new HashSet<String>();
        Stream.concat(
                        history.records().stream()
                                .filter(SentRecord::isAccepted)
                                .map(SentRecord::jobId),
                        history.answers().stream().map(ClientAnswer::jobId))
                .filter(Objects::nonNull)
                .forEach(due::add);
        history.batches().values().forEach(due::addAll);
        due.removeAll(history.cancelled());
        return due;
    }

    /** Returns the billed calls of each job that has any, in the order of their arrival. */
    Map<String, List<Call>> bills() {
        var bills = new HashMap<String, List<Call>>();
        calls.forEach((job, all) -> bills.put(job, all.stream().filter(Call::isBilled).toList()));
        bills.values().removeIf(List::isEmpty);
        return bills;
    }

    Stream<InflictedFault> faults(FaultKind kind) {
        return faults.stream().filter(it -> it.kind() == kind);
    }

    /**
     * Returns jobs of which calls, cost events or ends are known both before and after workers lost
     * their offsets: workers that an operator then allowed to call again know nothing of the
     * earlier ones, nor of attempts that were not billed.
     */
    Set<String> resent() {
        var times = new HashMap<String, LongSummaryStatistics>();
        bills().forEach((job, all) -> all.forEach(it -> of(times, job).accept(it.millis())));
        outputs.results().forEach(it -> of(times, it.jobId()).accept(it.timestamp()));
        outputs.costTimes().forEach((job, all) -> of(times, job).combine(all));
        times.values().removeIf(it -> !isLossWithin(it.getMin(), it.getMax()));
        return times.keySet();
    }

    private static LongSummaryStatistics of(Map<String, LongSummaryStatistics> times, String job) {
        return times.computeIfAbsent(job, _ -> new LongSummaryStatistics());
    }

    /** Returns true if workers lost their offsets between these times. */
    private boolean isLossWithin(long first, long last) {
        return faults(FaultKind.WORKER_OFFSETS_LOST)
                .anyMatch(it -> first < it.from() && last >= it.from());
    }
}
