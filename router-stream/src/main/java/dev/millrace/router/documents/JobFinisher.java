package dev.millrace.router.documents;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.result.AttemptCost;
import dev.millrace.contracts.result.Calls;
import dev.millrace.contracts.result.JobEnd;
import dev.millrace.contracts.result.JobEnding;
import dev.millrace.contracts.result.JobFacts;
import dev.millrace.contracts.result.JobResult;
import dev.millrace.contracts.result.JobTimes;
import dev.millrace.contracts.result.Outcome;
import dev.millrace.contracts.result.PartReply;
import dev.millrace.contracts.result.Provenance;
import dev.millrace.contracts.result.Route;
import dev.millrace.contracts.result.SplitNote;
import dev.millrace.router.message.RoutingMessage.JobIdentity;
import dev.millrace.router.result.ResultLine;
import dev.millrace.router.waiting.PlannedRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Ends split jobs: writes the one result and the one final cost event of each. */
final class JobFinisher {
    private final SplitServices services;
    private final SplitOutputs outputs;
    private final SplitStore store;

    JobFinisher(SplitServices services, SplitOutputs outputs, SplitStore store) {
        this.services = services;
        this.outputs = outputs;
        this.store = store;
    }

    /**
     * Ends a job with the answer of the job that joined the last answers.
     *
     * @param last the report of that job
     */
    void succeed(SplitProgress progress, PlannedRecord job, ResultLine line, PartReply last) {
        JobEnd end = last.end().end();
        JobTimes times =
                end == null
                        ? JobTimes.withoutCall(0)
                        : new JobTimes(end.times().upstreamMs(), end.times().queuedMs(), null);
        end(progress, job, line.outcome(), calls(progress, line.model(), line.provider(), times));
    }

    /** Ends a job with an error. */
    void fail(SplitProgress progress, PlannedRecord job, SplitProgress.Failure failure) {
        ErrorCode code = code(failure.code());
        JobHeaders headers = job.job().headers();
        end(
                progress,
                job,
                Outcome.rejected(code, failure.message()),
                calls(
                        progress,
                        headers.model(),
                        null,
                        JobTimes.withoutCall(headers.submittedAt(), services.clock().instant())));
    }

    private static ErrorCode code(String text) {
        return Arrays.stream(ErrorCode.values())
                .filter(it -> it.code().equals(text))
                .findFirst()
                .orElse(ErrorCode.INTERNAL_ERROR);
    }

    private static Calls calls(
            SplitProgress progress, String model, @Nullable String provider, JobTimes times) {
        return new Calls(
                model,
                provider,
                progress.costs().attempts(),
                progress.costs().billedUsd(),
                times,
                null);
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

    private void end(SplitProgress progress, PlannedRecord job, Outcome outcome, Calls calls) {
        JobIdentity identity = job.job().identity();
        var provenance =
                new Provenance(
                        facts(identity, job.job().headers()),
                        calls,
                        Provenance.CACHE_MISS,
                        identity.labels(),
                        null,
                        note(progress));
        outputs.end(
                new JobEnding.Settled(
                        new JobResult(identity.customId(), outcome, provenance), AttemptCost.NONE));
        store.remove(progress, job.job().headers().deadline());
    }

    /** The job itself is not routed: its parts have reported their ends to the lanes and guards. */
    private static JobFacts facts(JobIdentity identity, JobHeaders headers) {
        JobFacts routed = JobFacts.of(headers, null);
        return new JobFacts(
                routed.job(),
                identity.line(),
                new Route(headers.routedBy(), null),
                null,
                routed.reservedUsd(),
                routed.withoutFollowers().receivers(),
                List.of(),
                routed.addedOutputLimit(),
                routed.passages());
    }
}
