package dev.millrace.worker.outcome;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.JobCostLimit;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.JobEnd;
import dev.millrace.worker.ledger.OpenJob;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.common.header.Headers;

/**
 * A job whose record cannot be read. Its id and the partition of its request are still known from
 * headers, which is enough to notify the router that the job has ended.
 *
 * @param id id of the job
 * @param requestPartition partition of the job's request, from 0
 * @param headers all headers of the record
 */
record UnreadableJob(JobId id, int requestPartition, Headers headers) {
    /**
     * Maximum length of a header's value. A header may contain anything, and its value must fit
     * into a cost record.
     */
    private static final int MAX_CHARS = 1_000;

    /**
     * Returns the job; empty if its id or its partition cannot be read, so that no router can be
     * notified.
     */
    static Optional<UnreadableJob> of(Headers headers) {
        var id = id(headers);
        var partition = read(headers, MillraceHeaders.REQUEST_PARTITION, Integer::valueOf);
        return id.isPresent() && partition.isPresent() && partition.get() >= 0
                ? Optional.of(new UnreadableJob(id.get(), partition.get(), headers))
                : Optional.empty();
    }

    /** Returns the job's id; empty if it cannot be read. */
    static Optional<JobId> id(Headers headers) {
        return read(headers, MillraceHeaders.JOB_ID, JobId::new);
    }

    /**
     * Returns the final cost event of the job.
     *
     * @param lane the lane in which the job waited
     * @param inherited attempts of earlier owners, which could read the record
     */
    CostEvent end(Lane lane, OpenJob inherited) {
        String model = text(MillraceHeaders.CHAIN).map(it -> it.split(",", 2)[0]).orElse(null);
        int attempts = attempts() + inherited.attempts();
        var end =
                CostEvent.withoutCall(
                        id,
                        text(MillraceHeaders.TENANT).orElse(""),
                        text(MillraceHeaders.BATCH).orElse(""),
                        usd(MillraceHeaders.RESERVED_USD));
        return (inherited.running() ? end.afterUncertain(attempts, model, attemptUsd()) : end)
                .with(
                        new JobEnd(
                                text(MillraceHeaders.ROUTED_BY).orElse(null),
                                model,
                                lane,
                                ErrorCode.MALFORMED_REQUEST.code(),
                                attempts,
                                usd(MillraceHeaders.INHERITED_USD),
                                0));
    }

    /** Returns the attempts before this worker; 0 if the header has an impossible number. */
    private int attempts() {
        return read(headers, MillraceHeaders.ATTEMPTS, Short::valueOf)
                .filter(it -> it >= 0)
                .map(Short::intValue)
                .orElse(0);
    }

    /** Returns the highest cost of an attempt at the current model; 0 if it is unknown. */
    private BigDecimal attemptUsd() {
        int position = read(headers, MillraceHeaders.CHAIN_POSITION, Integer::valueOf).orElse(0);
        return read(headers, MillraceHeaders.ATTEMPT_USD, JobCostLimit::parseAttempts)
                .filter(it -> position >= 0 && position < it.size())
                .map(it -> it.get(position))
                .orElse(BigDecimal.ZERO);
    }

    private BigDecimal usd(String header) {
        return read(headers, header, BigDecimal::new).orElse(BigDecimal.ZERO);
    }

    private Optional<String> text(String name) {
        return read(headers, name, text -> text);
    }

    private static <T> Optional<T> read(Headers headers, String name, Function<String, T> read) {
        try {
            return MillraceHeaders.text(headers, name)
                    .filter(text -> text.length() <= MAX_CHARS)
                    .map(read);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
