package dev.millrace.router.cache;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.job.RequestParser;
import dev.millrace.contracts.result.AttemptCost;
import dev.millrace.contracts.result.Calls;
import dev.millrace.contracts.result.JobEnding;
import dev.millrace.contracts.result.JobFacts;
import dev.millrace.contracts.result.JobResult;
import dev.millrace.contracts.result.JobTimes;
import dev.millrace.contracts.result.Outcome;
import dev.millrace.contracts.result.Provenance;
import dev.millrace.contracts.result.ReusedAnswer;
import dev.millrace.contracts.result.UnreadableRecord;
import dev.millrace.router.message.RoutingMessage.DeadLetterRecord;
import dev.millrace.router.message.RoutingMessage.EndedJob;
import dev.millrace.router.message.RoutingMessage.Origin;
import dev.millrace.router.records.OutgoingRecords;
import dev.millrace.router.result.ResultLine;
import dev.millrace.router.waiting.WaitingRecord;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** Ends jobs that are not called themselves: with another job's outcome, or with an error. */
final class JobEnds {
    private final CacheServices services;
    private final CacheOutputs outputs;

    JobEnds(CacheServices services, CacheOutputs outputs) {
        this.services = services;
        this.outputs = outputs;
    }

    /**
     * Ends a job with the outcome of another job.
     *
     * @param cache one of the words of {@link Provenance}
     * @param reused the similar question that was answered; null for an identical one
     * @return the saved amount, in US dollars
     */
    BigDecimal end(
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
        Outcome outcome = line.outcome();
        var calls = Calls.none(line.model(), line.provider(), times(job));
        AttemptCost cost =
                outcome.error() == null
                        ? AttemptCost.saved(line.model(), line.provider(), line.costUsd())
                        : AttemptCost.NONE;
        return outputs.end(ending(job, outcome, calls, cache, reused, cost)).cost().savedUsd();
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
        var calls = Calls.none(job.headers().model(), null, times(job));
        var _ =
                outputs.end(
                        ending(
                                job,
                                Outcome.rejected(error, message),
                                calls,
                                Provenance.CACHE_MISS,
                                null,
                                AttemptCost.NONE));
    }

    private static JobEnding ending(
            CachedJob job,
            Outcome outcome,
            Calls calls,
            String cache,
            @Nullable ReusedAnswer reused,
            AttemptCost cost) {
        RequestLine line = RequestParser.parse(job.record().value()).accepted();
        JobFacts facts = JobFacts.of(job.headers(), job.lane()).withoutFollowers();
        var provenance = new Provenance(facts, calls, cache, line.options().labels(), reused, null);
        return new JobEnding.Settled(new JobResult(line.customId(), outcome, provenance), cost);
    }

    private JobTimes times(CachedJob job) {
        return JobTimes.withoutCall(job.headers().submittedAt(), services.now());
    }

    /**
     * Ends a record as a dead letter, and its job if the headers name the job. A part is reported
     * to its parent instead.
     */
    void bury(WaitingRecord record, ErrorCode reason, String message, @Nullable Origin origin) {
        EndedJob job =
                UnreadableRecord.read(record.headers(), null)
                        .map(it -> new EndedJob(it.job().withoutFollowers(), it.calls(0)))
                        .orElse(null);
        outputs.deadLetter(
                record,
                new DeadLetterRecord(
                        reason,
                        message,
                        origin == null ? new Origin(services.topics().lookups(), 0, 0) : origin,
                        record.value(),
                        text(record, MillraceHeaders.TENANT),
                        text(record, MillraceHeaders.BATCH),
                        null,
                        job == null ? null : job.facts().job().id(),
                        job));
    }

    private static @Nullable String text(WaitingRecord record, String header) {
        return MillraceHeaders.text(record.headers(), header)
                .filter(it -> it.length() <= OutgoingRecords.MAX_USER_BYTES)
                .orElse(null);
    }
}
