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
 * @param bills cost of each billed call, by idempotency key, which is the job id
 */
record Evidence(
        List<SentRecord> records,
        List<ClientAnswer> answers,
        Map<String, List<String>> batches,
        Set<String> cancelled,
        Outputs outputs,
        Outputs.Rows database,
        Map<String, List<BigDecimal>> bills) {
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
                        lines.forEach(it -> due.add(JobId.of(OperatorLoad.TENANT, batch, it).value()));
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
