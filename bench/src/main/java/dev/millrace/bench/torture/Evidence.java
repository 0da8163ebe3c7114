package dev.millrace.bench.torture;

import dev.millrace.bench.torture.History.ClientAnswer;
import dev.millrace.bench.torture.History.SentRecord;
import dev.millrace.contracts.job.JobId;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What clients did and saw, and what the pipeline and the provider wrote.
 *
 * @param batches custom_ids of the lines of each accepted batch
 * @param cancelled batches that somebody may have cancelled
 * @param bills each billed call, by idempotency key, which is the job id
 */
record Evidence(
        List<SentRecord> records,
        List<ClientAnswer> answers,
        Map<String, List<String>> batches,
        Set<String> cancelled,
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

    /** A fault that happened, in milliseconds of the clock. */
    record Inflicted(FaultKind kind, String victim, long from, long to) {
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
    }

    /** The tenant of callers without a key. */
    private static final String TENANT = "default";

    /** Returns the jobs that must have a result. */
    Set<String> due() {
        var due = new HashSet<String>();
        records.stream()
                .filter(SentRecord::isAccepted)
                .map(SentRecord::jobId)
                .filter(Objects::nonNull)
                .forEach(due::add);
        answers.stream().map(ClientAnswer::jobId).filter(Objects::nonNull).forEach(due::add);
        batches.forEach(
                (batch, lines) -> {
                    if (!cancelled.contains(batch)) {
                        lines.forEach(it -> due.add(JobId.of(TENANT, batch, it).value()));
                    }
                });
        return due;
    }

    /** Returns true if each job that must have a result has one. */
    boolean isAnswered() {
        var ended = new HashSet<String>();
        outputs.results().forEach(it -> ended.add(it.jobId()));
        return ended.containsAll(due());
    }
}
