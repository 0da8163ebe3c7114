package dev.millrace.router.step;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.contracts.result.JobEnd;
import dev.millrace.contracts.result.JobResult;
import dev.millrace.contracts.result.Outcome;
import dev.millrace.contracts.result.PartReply;
import dev.millrace.contracts.result.Provenance;
import dev.millrace.contracts.result.ProviderBody;
import dev.millrace.router.failure.InternalErrors;
import dev.millrace.router.message.RouterMetrics;
import dev.millrace.router.message.RoutingMessage;
import dev.millrace.router.message.RoutingMessage.AnsweredContent;
import dev.millrace.router.message.RoutingMessage.AnsweredJob;
import dev.millrace.router.message.RoutingMessage.JobIdentity;
import dev.millrace.router.message.RoutingMessage.RejectedJob;
import dev.millrace.router.message.RoutingMessage.Rejection;
import dev.millrace.router.message.RoutingMessage.UncalledJob;
import dev.millrace.router.records.TerminalRecord;
import dev.millrace.router.retrieval.FixedAnswer;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Ends a job without a call: with an error result or a fixed answer, and a final cost event, in one
 * transaction. If one of these cannot be made, a dead letter replaces the result.
 */
final class UncalledJobStep implements Processor<byte[], UncalledJob, byte[], Object> {
    /** W3C Trace Context: 55 characters, more in later versions. */
    private static final int MAX_TRACE_BYTES = 512;

    private static final int OK = 200;

    private final InstantSource clock;
    private final RouterMetrics metrics;
    private final InternalErrors errors;
    private final StepContext<Object> step = new StepContext<>();

    UncalledJobStep(InstantSource clock, RouterMetrics metrics, InternalErrors errors) {
        this.clock = clock;
        this.metrics = metrics;
        this.errors = errors;
    }

    @Override
    public void init(ProcessorContext<byte[], Object> context) {
        step.init(context);
    }

    @Override
    public void process(Record<byte[], UncalledJob> entry) {
        UncalledJob job = entry.value();
        JobId parent = job.identity().parent();
        if (parent != null) {
            report(entry, parent);
            return;
        }
        var result = terminalRecord(entry, () -> result(job));
        var cost = terminalRecord(entry, () -> CostEventCodec.toJson(cost(job)));
        if (result.isPresent() && cost.isPresent()) {
            error(job).ifPresent(metrics::onRejected);
            step.forwardTo(StepNames.RESULTS, result.get());
        } else {
            step.forwardTo(StepNames.BURY, entry.withValue(unwritable(job)));
        }
        // Also written with a dead letter: without a final cost event the job would never end.
        cost.ifPresent(it -> step.forwardTo(StepNames.COSTS, it));
    }

    /** Reports the end of a part to its parent, without a result if none can be made. */
    private void report(Record<byte[], UncalledJob> entry, JobId parent) {
        UncalledJob job = entry.value();
        byte[] result =
                errors.decide(StepNames.REFUSE, job.origin(), () -> result(job), _ -> new byte[0]);
        var reply = new PartReply(parent, result, cost(job));
        step.forwardTo(
                StepNames.PARTS,
                new Record<>(
                        reply.key(),
                        new TerminalRecord(result, job.origin().partition()),
                        clock.millis(),
                        reply.headers()));
    }

    /** Makes the result or the cost event; empty when this fails. */
    private Optional<Record<byte[], TerminalRecord>> terminalRecord(
            Record<byte[], UncalledJob> entry, Supplier<byte[]> value) {
        UncalledJob job = entry.value();
        return errors.decide(
                StepNames.REFUSE,
                job.origin(),
                () -> {
                    byte[] key = job.identity().jobId().value().getBytes(UTF_8);
                    var terminal = new TerminalRecord(value.get(), job.origin().partition());
                    // Not the request's timestamp: retention would delete the end of an old
                    // request.
                    long now = clock.millis();
                    return Optional.of(new Record<>(key, terminal, now, headers(entry.headers())));
                },
                _ -> Optional.empty());
    }

    private static RoutingMessage.DeadLetterRecord unwritable(UncalledJob job) {
        return job.toDeadLetter(
                ErrorCode.INTERNAL_ERROR,
                "internal error of Millrace: the job ended "
                        + error(job).map(it -> "as " + it.code()).orElse("with an answer")
                        + ", and its result could not be written; no call was made; the router's"
                        + " log has the details");
    }

    private static CostEvent cost(UncalledJob job) {
        JobIdentity identity = job.identity();
        return CostEvent.withoutCall(identity.jobId(), identity.tenant(), identity.batch())
                .with(JobEnd.unrouted(error(job).map(ErrorCode::code).orElse(null)));
    }

    private static Optional<ErrorCode> error(UncalledJob job) {
        return switch (job) {
            case RejectedJob rejected -> Optional.of(rejected.rejection().error());
            case AnsweredJob _ -> Optional.empty();
        };
    }

    private byte[] result(UncalledJob job) {
        JobIdentity identity = job.identity();
        var provenance =
                Provenance.withoutCall(
                                identity.jobId(),
                                identity.tenant(),
                                identity.batch(),
                                identity.line(),
                                null)
                        .withLabels(identity.labels())
                        .withRetrieval(job instanceof AnsweredJob it ? it.passages() : null);
        return new JobResult(identity.customId(), outcome(job), provenance).toJson();
    }

    private Outcome outcome(UncalledJob job) {
        return switch (job) {
            case RejectedJob(_, _, _, Rejection it) ->
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

    private static Headers headers(Headers request) {
        var headers = new RecordHeaders();
        MillraceHeaders.put(headers, MillraceHeaders.SCHEMA, MillraceHeaders.SCHEMA_VERSION);
        Header trace = request.lastHeader(MillraceHeaders.TRACEPARENT);
        // Bounded, since the sizes of results and cost events are not checked.
        if (trace != null && trace.value() != null && trace.value().length <= MAX_TRACE_BYTES) {
            headers.add(trace);
        }
        return headers;
    }
}
