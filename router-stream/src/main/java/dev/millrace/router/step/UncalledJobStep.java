package dev.millrace.router.step;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.result.AttemptCost;
import dev.millrace.contracts.result.EndWriter;
import dev.millrace.contracts.result.JobEnding;
import dev.millrace.contracts.result.JobResult;
import dev.millrace.contracts.result.Outcome;
import dev.millrace.contracts.result.Provenance;
import dev.millrace.contracts.result.ProviderBody;
import dev.millrace.router.failure.InternalErrors;
import dev.millrace.router.feature.EndForwarder;
import dev.millrace.router.feature.StepContext;
import dev.millrace.router.feature.StepNames;
import dev.millrace.router.message.RoutingMessage;
import dev.millrace.router.message.RoutingMessage.AnsweredContent;
import dev.millrace.router.message.RoutingMessage.AnsweredJob;
import dev.millrace.router.message.RoutingMessage.JobIdentity;
import dev.millrace.router.message.RoutingMessage.RejectedJob;
import dev.millrace.router.message.RoutingMessage.Rejection;
import dev.millrace.router.message.RoutingMessage.UncalledJob;
import dev.millrace.wire.answer.FixedAnswer;
import java.time.InstantSource;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Ends a job without a call, with an error result or a fixed answer. If these records cannot be
 * made, a dead letter ends the job.
 */
final class UncalledJobStep implements Processor<byte[], UncalledJob, byte[], Object> {
    private static final int OK = 200;

    private final EndForwarder ends;
    private final InstantSource clock;
    private final InternalErrors errors;
    private final StepContext<Object> step = new StepContext<>();

    UncalledJobStep(EndForwarder ends, InstantSource clock, InternalErrors errors) {
        this.ends = ends;
        this.clock = clock;
        this.errors = errors;
    }

    @Override
    public void init(ProcessorContext<byte[], Object> context) {
        step.init(context);
    }

    @Override
    public void process(Record<byte[], UncalledJob> entry) {
        UncalledJob job = entry.value();
        Optional<EndWriter.Written> written =
                errors.decide(
                        StepNames.REFUSE,
                        job.origin(),
                        () -> Optional.of(written(job, entry.headers())),
                        _ -> Optional.<EndWriter.Written>empty());
        written.ifPresentOrElse(
                it -> ends.forward(step, it),
                () -> step.forwardTo(StepNames.BURY, entry.withValue(buried(job))));
    }

    /** Makes the records. Passes on the trace of the request, but not to the report of a part. */
    private EndWriter.Written written(UncalledJob job, Headers request) {
        EndWriter.Written written = ends.write(ending(job));
        String trace = MillraceHeaders.traceparent(request);
        if (job.identity().parent() == null && trace != null) {
            written.records()
                    .forEach(
                            it ->
                                    MillraceHeaders.put(
                                            it.headers(), MillraceHeaders.TRACEPARENT, trace));
        }
        return written;
    }

    private static RoutingMessage.DeadLetterRecord buried(UncalledJob job) {
        return job.toDeadLetter(
                ErrorCode.INTERNAL_ERROR,
                "internal error of Millrace: the job ended "
                        + switch (job) {
                            case RejectedJob rejected ->
                                    "as " + rejected.rejection().error().code();
                            case AnsweredJob _ -> "with an answer";
                        }
                        + ", and its result could not be written; "
                        + (job.calls().attempts() == 0 ? "no call was made; " : "")
                        + "the router's log has the details");
    }

    private JobEnding ending(UncalledJob job) {
        JobIdentity identity = job.identity();
        var provenance =
                new Provenance(
                        identity.toFacts(
                                job.origin(), job instanceof AnsweredJob it ? it.passages() : null),
                        job.calls(),
                        identity.labels());
        return new JobEnding.Settled(
                new JobResult(identity.customId(), outcome(job), provenance), AttemptCost.NONE);
    }

    private Outcome outcome(UncalledJob job) {
        return switch (job) {
            case RejectedJob(_, _, _, Rejection it, _) ->
                    new Outcome.Unanswered(it.error(), it.message(), it.param(), null, null);
            case AnsweredJob(var identity, _, _, AnsweredContent(var request, var text), _) ->
                    new Outcome.Answered(
                            OK,
                            null,
                            new ProviderBody.Json(
                                    FixedAnswer.body(
                                            identity.jobId(), request, text, clock.instant())),
                            null);
        };
    }
}
