package dev.millrace.bench.torture;

import static java.util.Comparator.comparingLong;

import dev.millrace.bench.torture.History.ClientAnswer;
import dev.millrace.bench.torture.History.SentRecord;
import dev.millrace.contracts.job.JobId;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What clients did and saw, and what the pipeline and the provider wrote.
 *
 * @param calls all calls that the provider received, by idempotency key, which is the job id
 */
record Evidence(
        History history,
        Outputs outputs,
        Outputs.Rows database,
        Map<String, List<Call>> calls,
        List<Inflicted> faults) {
    /**
     * A call that the provider received.
     *
     * @param costUsd zero if it is not billed
     * @param millis arrival at the provider
     * @param end time of its last byte
     * @param isBilled true if the provider had an answer, even if it did not arrive
     * @param isAnswered true if the provider wrote the whole answer
     */
    record Call(
            String model,
            BigDecimal costUsd,
            long millis,
            long end,
            boolean isBilled,
            boolean isAnswered) {}

    /**
     * A fault that happened, in milliseconds of the clock.
     *
     * @param running calls in flight at its begin, of all workers
     */
    record Inflicted(FaultKind kind, String victim, long from, long to, long running) {
        /** Within this time after a fault, workers notice it, or continue. */
        private static final long AFTERMATH_MILLIS = 10_000;

        /**
         * Returns true if the first call can have been repeated: its worker, the provider, or a
         * broker failed before its answer was committed.
         */
        boolean explainsRepetition(Call first, Call second) {
            long lastChance = first.isAnswered() ? first.end() + AFTERMATH_MILLIS : second.millis();
            return (victim.equals("provider") || harmsWorkers())
                    && overlaps(first.millis(), Math.min(lastChance, second.millis()));
        }

        /** Returns true for an unplanned fault of a worker, its connections, or a broker. */
        boolean harmsWorkers() {
            return !kind.isPlanned() && (victim.startsWith("w") || victim.startsWith("broker"));
        }

        /** Returns true if it, or its aftermath, overlaps a time in milliseconds. */
        boolean overlaps(long first, long last) {
            return from <= last && to + AFTERMATH_MILLIS >= first;
        }

        /** Returns true if workers lost their offsets between these times. */
        boolean isLossWithin(long first, long last) {
            return kind == FaultKind.WORKER_OFFSETS_LOST && first < from && last >= from;
        }

        /**
         * Returns the longest time without a result that overlaps this fault: from the last result
         * before to the first after.
         *
         * @param times of all results in milliseconds, ascending
         */
        double recoverySeconds(List<Long> times) {
            long longest = 0;
            for (int i = 1; i < times.size(); i++) {
                if (times.get(i) >= from && times.get(i - 1) <= to) {
                    longest = Math.max(longest, times.get(i) - times.get(i - 1));
                }
            }
            return longest / 1e3;
        }
    }

    /** Returns the jobs that must have a result. */
    Set<String> due() {
        var due = new HashSet<String>();
        history.records().stream()
                .filter(SentRecord::isAccepted)
                .map(SentRecord::jobId)
                .filter(Objects::nonNull)
                .forEach(due::add);
        history.answers().stream()
                .map(ClientAnswer::jobId)
                .filter(Objects::nonNull)
                .forEach(due::add);
        history.batches()
                .forEach(
                        (batch, lines) -> {
                            if (!history.cancelled().contains(batch)) {
                                lines.forEach(
                                        it ->
                                                due.add(
                                                        JobId.of(OperatorLoad.TENANT, batch, it)
                                                                .value()));
                            }
                        });
        return due;
    }

    /** Returns the billed calls of each job that has any, in the order of their times. */
    Map<String, List<Call>> bills() {
        var bills = new HashMap<String, List<Call>>();
        calls.forEach(
                (job, all) -> {
                    List<Call> billed =
                            all.stream()
                                    .filter(Call::isBilled)
                                    .sorted(comparingLong(Call::millis))
                                    .toList();
                    if (!billed.isEmpty()) {
                        bills.put(job, billed);
                    }
                });
        return bills;
    }

    long count(FaultKind kind) {
        return faults.stream().filter(it -> it.kind() == kind).count();
    }

    /**
     * Returns jobs that were called again, or ended again, after workers lost their offsets, which
     * an operator allowed.
     */
    Set<String> resent() {
        var called = new HashMap<String, LongSummaryStatistics>();
        var ends = new HashMap<String, LongSummaryStatistics>();
        bills().forEach((job, all) -> all.forEach(it -> add(called, job, it.millis())));
        outputs.results().forEach(it -> add(ends, it.jobId(), it.timestamp()));
        var resent = new HashSet<>(called.keySet());
        resent.addAll(ends.keySet());
        resent.removeIf(
                job -> {
                    var calls = called.getOrDefault(job, new LongSummaryStatistics());
                    var ended = ends.getOrDefault(job, new LongSummaryStatistics());
                    long lastCost = outputs.lastCosts().getOrDefault(job, Long.MIN_VALUE);
                    long last = Math.max(lastCost, Math.max(calls.getMax(), ended.getMax()));
                    return faults.stream()
                            .noneMatch(
                                    it ->
                                            it.isLossWithin(calls.getMin(), calls.getMax())
                                                    || it.isLossWithin(ended.getMin(), last));
                });
        return resent;
    }

    private static void add(Map<String, LongSummaryStatistics> times, String job, long millis) {
        times.computeIfAbsent(job, _ -> new LongSummaryStatistics()).accept(millis);
    }
}
