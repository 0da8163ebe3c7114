package dev.millrace.bench.torture;

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
 * @param bills each billed call, by idempotency key, which is the job id
 */
record Evidence(
        History history,
        Outputs outputs,
        Outputs.Rows database,
        Map<String, List<Bill>> bills,
        List<Inflicted> faults) {
    /**
     * A billed call.
     *
     * @param millis arrival at the provider
     */
    record Bill(BigDecimal costUsd, long millis) {}

    /**
     * A fault that happened, in milliseconds of the clock.
     *
     * @param running calls in flight at its begin, of all workers
     */
    record Inflicted(FaultKind kind, String victim, long from, long to, long running) {
        /** Within this time after a fault, workers notice it, or continue. */
        private static final long AFTERMATH_MILLIS = 10_000;

        /**
         * Returns true if a call that arrived at the first time can be repeated at the second one:
         * its worker, the provider, or a broker failed in between. A planned restart of a broker
         * repeats no call.
         */
        boolean explainsRepetition(long first, long second) {
            boolean isHarmful =
                    victim.startsWith("w")
                            || victim.equals("provider")
                            || (victim.startsWith("broker") && kind != FaultKind.BROKER_TERM);
            return isHarmful && from <= second && to + AFTERMATH_MILLIS >= first;
        }

        /** Returns true if an operator allowed calls and ends before and after this fault. */
        boolean allowsBoth(LongSummaryStatistics times) {
            return kind == FaultKind.WORKER_OFFSETS_LOST
                    && times.getMin() < from
                    && times.getMax() >= from;
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

    long count(FaultKind kind) {
        return faults.stream().filter(it -> it.kind() == kind).count();
    }

    /** Returns jobs that were called, or ended, before and after workers lost their offsets. */
    Set<String> resent() {
        var times = new HashMap<String, LongSummaryStatistics>();
        bills.forEach((job, all) -> all.forEach(it -> add(times, job, it.millis())));
        outputs.results().forEach(it -> add(times, it.jobId(), it.timestamp()));
        times.values().removeIf(it -> faults.stream().noneMatch(fault -> fault.allowsBoth(it)));
        return times.keySet();
    }

    private static void add(Map<String, LongSummaryStatistics> times, String job, long millis) {
        times.computeIfAbsent(job, _ -> new LongSummaryStatistics()).accept(millis);
    }

    /** Returns true if each job that must have a result has one. */
    boolean isAnswered() {
        var ended = new HashSet<String>();
        outputs.results().forEach(it -> ended.add(it.jobId()));
        return ended.containsAll(due());
    }
}
