package dev.millrace.router.split;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.JobCostLimit;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.contracts.result.JobEnd;
import dev.millrace.contracts.result.JobResult;
import dev.millrace.contracts.result.Outcome;
import dev.millrace.contracts.result.PartReply;
import dev.millrace.contracts.result.Provenance;
import dev.millrace.contracts.result.SplitNote;
import dev.millrace.router.budget.partition.store.BudgetedJob;
import dev.millrace.router.cache.result.ResultLine;
import dev.millrace.router.message.RoutingMessage.JobIdentity;
import dev.millrace.router.records.TerminalRecord;
import dev.millrace.router.split.store.EndedPart;
import dev.millrace.router.split.store.SplitProgress;
import dev.millrace.router.split.store.SplitStore;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Ends split jobs: writes the one result and the one final cost event of each. */
final class JobFinisher {
    /** Headers of a result, and the difference between its value and its record. */
    private static final int OVERHEAD_BYTES = 1_024;

    private final SplitServices services;
    private final SplitOutputs outputs;
    private final SplitStore store;

    JobFinisher(SplitServices services, SplitOutputs outputs, SplitStore store) {
        this.services = services;
        this.outputs = outputs;
        this.store = store;
    }

    /**
     * The answer that ends a job.
     *
     * @param upstreamMs duration of its call, in milliseconds
     * @param queuedMs time from submission to the start of the call, in milliseconds
     */
    record LastAnswer(ResultLine line, long upstreamMs, long queuedMs) {
        static LastAnswer of(ResultLine line, PartReply reply) {
            JobEnd end = reply.end().end();
            return new LastAnswer(
                    line,
                    end == null ? 0 : end.times().upstreamMs(),
                    end == null ? 0 : end.times().queuedMs());
        }
    }

    /** Ends a job with the answer of the job that joined the last answers. */
    void succeed(SplitProgress progress, BudgetedJob job, LastAnswer last) {
        byte[] result = result(progress, job, last.line().outcome(), last);
        int limit = services.maxResultBytes().getAsInt() - OVERHEAD_BYTES;
        if (result.length > limit) {
            fail(
                    progress,
                    job,
                    new SplitProgress.Failure(
                            ErrorCode.RESPONSE_TOO_LARGE.code(),
                            String.format(
                                    Locale.ROOT,
                                    "the result would have %,d bytes, more than the results topic"
                                            + " accepts (%,d)",
                                    result.length,
                                    limit)));
        } else {
            write(progress, job, result, null, last);
        }
    }

    /** Ends a job with an error. */
    void fail(SplitProgress progress, BudgetedJob job, SplitProgress.Failure failure) {
        ErrorCode code = code(failure.code());
        byte[] result = result(progress, job, Outcome.rejected(code, failure.message()), null);
        if (progress.costs().attempts() == 0) {
            outputs.onRejected(code);
        }
        write(progress, job, result, code.code(), null);
    }

    private static ErrorCode code(String text) {
        return Arrays.stream(ErrorCode.values())
                .filter(it -> it.code().equals(text))
                .findFirst()
                .orElse(ErrorCode.INTERNAL_ERROR);
    }

    private byte[] result(
            SplitProgress progress, BudgetedJob job, Outcome outcome, @Nullable LastAnswer last) {
        JobIdentity identity = job.job().identity();
        JobHeaders headers = job.job().headers();
        var provenance =
                new Provenance(
                                identity.jobId(),
                                identity.tenant(),
                                identity.batch(),
                                identity.line(),
                                last == null ? headers.model() : last.line().model(),
                                last == null ? null : last.line().provider(),
                                progress.costs().attempts(),
                                Provenance.CACHE_MISS,
                                progress.costs().billedUsd(),
                                last == null ? queuedMs(headers) : last.queuedMs(),
                                last == null ? 0 : last.upstreamMs(),
                                null,
                                headers.routedBy(),
                                List.of(),
                                null)
                        .withLabels(identity.labels())
                        .withOutputLimit(headers.maxOutputTokens())
                        .withSplit(note(progress))
                        .withRetrieval(headers.passages());
        return new JobResult(identity.customId(), outcome, provenance).toJson();
    }

    private SplitNote note(SplitProgress progress) {
        List<EndedPart> parts = store.ended(progress.job(), 0);
        var omitted = new ArrayList<SplitNote.OmittedPart>();
        for (EndedPart part : parts) {
            if (part.errorCode() != null && progress.omitted() > 0) {
                omitted.add(new SplitNote.OmittedPart(part.index() + 1, part.errorCode()));
            }
        }
        return new SplitNote(
                parts.stream().map(EndedPart::part).toList(),
                omitted,
                progress.level(),
                progress.costs().joins());
    }

    private long queuedMs(JobHeaders headers) {
        return Math.max(
                0, Duration.between(headers.submittedAt(), services.clock().instant()).toMillis());
    }

    private void write(
            SplitProgress progress,
            BudgetedJob job,
            byte[] result,
            @Nullable String errorCode,
            @Nullable LastAnswer last) {
        JobHeaders headers = job.job().headers();
        JobCostLimit limit = headers.costLimit();
        // It is not routed itself: its parts have reported their ends to the lanes and guards.
        var end =
                new JobEnd(
                        headers.routedBy(),
                        null,
                        null,
                        errorCode,
                        progress.costs().attempts(),
                        progress.costs().billedUsd(),
                        last == null ? 0 : last.upstreamMs(),
                        last == null ? 0 : last.queuedMs(),
                        Provenance.CACHE_MISS);
        CostEvent event =
                CostEvent.withoutCall(
                                headers.jobId(),
                                headers.tenant(),
                                headers.batch(),
                                limit == null ? BigDecimal.ZERO : limit.reservedUsd())
                        .with(end);
        int partition = Objects.requireNonNull(headers.requestPartition());
        store.remove(progress, headers.deadline());
        outputs.result(headers.jobId(), new TerminalRecord(result, partition));
        outputs.cost(headers.jobId(), new TerminalRecord(CostEventCodec.toJson(event), partition));
    }
}
