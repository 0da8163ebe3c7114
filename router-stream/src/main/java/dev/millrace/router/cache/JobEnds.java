package dev.millrace.router.cache;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.ParseResult;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.job.RequestParser;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.contracts.result.JobEnd;
import dev.millrace.contracts.result.JobResult;
import dev.millrace.contracts.result.Outcome;
import dev.millrace.contracts.result.PartReply;
import dev.millrace.contracts.result.Provenance;
import dev.millrace.contracts.result.ReusedAnswer;
import dev.millrace.router.cache.result.ResultLine;
import dev.millrace.router.cache.store.LookupRecord;
import dev.millrace.router.message.RoutingMessage.DeadLetterRecord;
import dev.millrace.router.message.RoutingMessage.Origin;
import dev.millrace.router.records.OutgoingRecords;
import dev.millrace.router.records.TerminalRecord;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Ends jobs without a call of their own: with another job's outcome, or with an error. */
final class JobEnds {
    /** Headers of a result, and the difference between its value and its record. */
    private static final int OVERHEAD_BYTES = 1_024;

    private final CacheServices services;
    private final CacheOutputs outputs;

    JobEnds(CacheServices services, CacheOutputs outputs) {
        this.services = services;
        this.outputs = outputs;
    }

    /**
     * Ends a job with the outcome of another one.
     *
     * @param cache one of the words of {@link Provenance}
     * @return the amount that this saved, in US dollars
     */
    BigDecimal end(CachedJob job, ResultLine line, String cache, @Nullable Origin origin) {
        return end(job, line, cache, null, origin);
    }

    /**
     * Ends a job with the answer to a similar question.
     *
     * @return the amount that this saved, in US dollars
     */
    BigDecimal end(CachedJob job, ResultLine line, ReusedAnswer reused) {
        return end(job, line, Provenance.CACHE_SEMANTIC, reused, null);
    }

    private BigDecimal end(
            CachedJob job,
            ResultLine line,
            String cache,
            @Nullable ReusedAnswer reused,
            @Nullable Origin origin) {
        return services.errors()
                .decide(
                        CacheServices.STEP,
                        origin,
                        () -> endWith(job, line, cache, reused),
                        message -> {
                            fail(job, ErrorCode.INTERNAL_ERROR, message, origin);
                            return BigDecimal.ZERO;
                        });
    }

    private BigDecimal endWith(
            CachedJob job, ResultLine line, String cache, @Nullable ReusedAnswer reused) {
        byte[] result = result(job, line.outcome(), line.model(), line.provider(), cache, reused);
        int limit = services.topicLimits().maxRecordBytes(services.topics().results());
        if (result.length > limit - OVERHEAD_BYTES) {
            failWith(job, ErrorCode.RESPONSE_TOO_LARGE, tooLarge(result.length, limit));
            return BigDecimal.ZERO;
        }
        ErrorCode error = line.outcome().error();
        CostEvent cost = CostEvent.withoutCall(job.headers());
        if (error == null) {
            cost = cost.saving(line.model(), line.provider(), line.costUsd());
        }
        write(job, result, cost, error, cache);
        return cost.savedUsd();
    }

    private static String tooLarge(int bytes, int limit) {
        return String.format(
                Locale.ROOT,
                "the result would have %,d bytes, more than the results topic accepts (%,d)",
                bytes,
                limit);
    }

    /** Ends a job with an error of the router; if no result can be made, with a dead letter. */
    void fail(CachedJob job, ErrorCode error, String message, @Nullable Origin origin) {
        boolean isDone =
                services.errors()
                        .succeeds(CacheServices.STEP, origin, () -> failWith(job, error, message));
        if (!isDone) {
            bury(job.record(), ErrorCode.INTERNAL_ERROR, message, origin);
        }
    }

    private void failWith(CachedJob job, ErrorCode error, String message) {
        var outcome = Outcome.rejected(error, message);
        byte[] result =
                result(job, outcome, job.headers().model(), null, Provenance.CACHE_MISS, null);
        write(job, result, CostEvent.withoutCall(job.headers()), error, Provenance.CACHE_MISS);
        outputs.onRejected(error);
    }

    private byte[] result(
            CachedJob job,
            Outcome outcome,
            String model,
            @Nullable String provider,
            String cache,
            @Nullable ReusedAnswer reused) {
        JobHeaders headers = job.headers();
        RequestLine line = line(job.record());
        var provenance =
                new Provenance(
                                headers.jobId(),
                                headers.tenant(),
                                headers.batch(),
                                headers.line(),
                                model,
                                provider,
                                0,
                                cache,
                                BigDecimal.ZERO,
                                queuedMs(job),
                                0,
                                null,
                                headers.routedBy(),
                                List.of(),
                                null)
                        .withLabels(line.options().labels())
                        .withOutputLimit(headers.maxOutputTokens())
                        .withReused(reused)
                        .withRetrieval(headers.passages());
        return new JobResult(line.customId(), outcome, provenance).toJson();
    }

    private long queuedMs(CachedJob job) {
        return Math.max(
                0, Duration.between(job.headers().submittedAt(), services.now()).toMillis());
    }

    private static RequestLine line(LookupRecord record) {
        if (RequestParser.parse(record.value()) instanceof ParseResult.Accepted accepted) {
            return accepted.line();
        }
        throw new IllegalStateException("the record is not a batch line");
    }

    private void write(
            CachedJob job, byte[] result, CostEvent cost, @Nullable ErrorCode error, String cache) {
        JobHeaders headers = job.headers();
        var end =
                new JobEnd(
                        headers.routedBy(),
                        headers.chain().getFirst(),
                        job.lane(),
                        error == null ? null : error.code(),
                        0,
                        BigDecimal.ZERO,
                        0,
                        queuedMs(job),
                        cache);
        Integer partition = headers.requestPartition();
        if (headers.parent() != null) {
            report(new PartReply(headers.parent(), result, cost.with(end)), partition);
            return;
        }
        byte[] event = CostEventCodec.toJson(cost.with(end));
        outputs.result(headers.jobId(), terminal(result, partition));
        outputs.cost(headers.jobId(), terminal(event, partition));
    }

    /** Reports the end of a part to its parent, and what it cost. */
    private void report(PartReply reply, @Nullable Integer partition) {
        byte[] result = reply.result() == null ? new byte[0] : reply.result();
        outputs.part(reply, terminal(result, partition));
        reply.cost()
                .ifPresent(
                        event ->
                                outputs.cost(
                                        event.jobId(),
                                        terminal(CostEventCodec.toJson(event), partition)));
    }

    /** Makes the record; without a partition, its key selects one. */
    private static TerminalRecord terminal(byte[] bytes, @Nullable Integer partition) {
        return new TerminalRecord(bytes, Objects.requireNonNullElse(partition, Integer.MAX_VALUE));
    }

    /**
     * Ends a record as a dead letter, and its job with a final cost event if the headers name the
     * job. Without that event, the job would never end. A part is reported to its parent instead.
     */
    void bury(LookupRecord record, ErrorCode reason, String message, @Nullable Origin origin) {
        Optional<JobId> jobId = jobId(record);
        Optional<JobId> parent = JobHeaders.parent(record.headers());
        if (jobId.isPresent() && parent.isPresent()) {
            report(
                    new PartReply(parent.get(), null, endWithout(record, jobId.get(), reason)),
                    partition(record).orElse(null));
            return;
        }
        outputs.deadLetter(
                record,
                new DeadLetterRecord(
                        reason,
                        message,
                        origin == null ? new Origin(services.topics().lookups(), 0, 0) : origin,
                        record.value(),
                        text(record, MillraceHeaders.TENANT).orElse(null),
                        text(record, MillraceHeaders.BATCH).orElse(null),
                        null,
                        jobId.orElse(null)));
        if (jobId.isPresent()) {
            CostEvent event = endWithout(record, jobId.get(), reason);
            outputs.cost(
                    jobId.get(),
                    terminal(CostEventCodec.toJson(event), partition(record).orElse(null)));
        }
    }

    private static CostEvent endWithout(LookupRecord record, JobId job, ErrorCode reason) {
        return CostEvent.withoutCall(
                        job,
                        text(record, MillraceHeaders.TENANT).orElse(""),
                        text(record, MillraceHeaders.BATCH).orElse(""))
                .with(JobEnd.unrouted(reason.code()));
    }

    private static Optional<String> text(LookupRecord record, String header) {
        return MillraceHeaders.text(record.headers(), header)
                .filter(it -> it.length() <= OutgoingRecords.MAX_USER_BYTES);
    }

    private static Optional<JobId> jobId(LookupRecord record) {
        try {
            return text(record, MillraceHeaders.JOB_ID).map(JobId::new);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<Integer> partition(LookupRecord record) {
        return text(record, MillraceHeaders.REQUEST_PARTITION)
                .filter(it -> it.matches("[0-9]{1,9}"))
                .map(Integer::valueOf);
    }
}
