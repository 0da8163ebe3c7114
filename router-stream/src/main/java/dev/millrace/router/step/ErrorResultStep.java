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
import dev.millrace.router.failure.InternalErrors;
import dev.millrace.router.message.RouterMetrics;
import dev.millrace.router.message.RoutingMessage;
import dev.millrace.router.message.RoutingMessage.JobIdentity;
import dev.millrace.router.message.RoutingMessage.RejectedJob;
import dev.millrace.router.message.RoutingMessage.Rejection;
import dev.millrace.router.records.TerminalRecord;
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
 * Ends a rejected job with an error result and a final cost event, in one transaction. If one of
 * these cannot be made, a dead letter replaces the result.
 */
final class ErrorResultStep implements Processor<byte[], RejectedJob, byte[], Object> {
    /** W3C Trace Context: 55 characters, more in later versions. */
    private static final int MAX_TRACE_BYTES = 512;

    private final InstantSource clock;
    private final RouterMetrics metrics;
    private final InternalErrors errors;
    private final StepContext<Object> step = new StepContext<>();

    ErrorResultStep(InstantSource clock, RouterMetrics metrics, InternalErrors errors) {
        this.clock = clock;
        this.metrics = metrics;
        this.errors = errors;
    }

    @Override
    public void init(ProcessorContext<byte[], Object> context) {
        step.init(context);
    }

    @Override
    public void process(Record<byte[], RejectedJob> entry) {
        JobIdentity identity = entry.value().identity();
        Rejection rejection = entry.value().rejection();
        if (identity.parent() != null) {
            report(entry, identity.parent());
            return;
        }
        var result = terminalRecord(entry, () -> result(identity, rejection).toJson());
        var cost = terminalRecord(entry, () -> CostEventCodec.toJson(cost(identity, rejection)));
        if (result.isPresent() && cost.isPresent()) {
            metrics.onRejected(rejection.error());
            step.forwardTo(StepNames.RESULTS, result.get());
        } else {
            step.forwardTo(StepNames.BURY, entry.withValue(unwritable(entry.value())));
        }
        // Also written with a dead letter: without a final cost event the job would never end.
        cost.ifPresent(it -> step.forwardTo(StepNames.COSTS, it));
    }

    /** Reports the end of a part to its parent, without a result if none can be made. */
    private void report(Record<byte[], RejectedJob> entry, JobId parent) {
        RejectedJob rejected = entry.value();
        JobIdentity identity = rejected.identity();
        byte[] result =
                errors.decide(
                        StepNames.REFUSE,
                        rejected.origin(),
                        () -> result(identity, rejected.rejection()).toJson(),
                        _ -> new byte[0]);
        var reply = new PartReply(parent, result, cost(identity, rejected.rejection()));
        step.forwardTo(
                StepNames.PARTS,
                new Record<>(
                        reply.key(),
                        new TerminalRecord(result, rejected.origin().partition()),
                        clock.millis(),
                        reply.headers()));
    }

    /** Makes the result or the cost event; empty when this fails. */
    private Optional<Record<byte[], TerminalRecord>> terminalRecord(
            Record<byte[], RejectedJob> entry, Supplier<byte[]> value) {
        RejectedJob rejected = entry.value();
        return errors.decide(
                StepNames.REFUSE,
                rejected.origin(),
                () -> {
                    byte[] key = rejected.identity().jobId().value().getBytes(UTF_8);
                    var terminal = new TerminalRecord(value.get(), rejected.origin().partition());
                    // Not the request's timestamp: retention would delete the end of an old
                    // request.
                    long now = clock.millis();
                    return Optional.of(new Record<>(key, terminal, now, headers(entry.headers())));
                },
                _ -> Optional.empty());
    }

    private static RoutingMessage.DeadLetterRecord unwritable(RejectedJob rejected) {
        return rejected.toDeadLetter(
                ErrorCode.INTERNAL_ERROR,
                "internal error of Millrace: the job ended as "
                        + rejected.rejection().error().code()
                        + ", and its result could not be written; no call was made; the router's"
                        + " log has the details");
    }

    private static CostEvent cost(JobIdentity identity, Rejection rejection) {
        return CostEvent.withoutCall(identity.jobId(), identity.tenant(), identity.batch())
                .with(JobEnd.unrouted(rejection.error().code()));
    }

    private static JobResult result(JobIdentity identity, Rejection rejection) {
        return new JobResult(
                identity.customId(),
                new Outcome.Unanswered(
                        rejection.error(), rejection.message(), rejection.param(), null, null),
                Provenance.withoutCall(
                        identity.jobId(),
                        identity.tenant(),
                        identity.batch(),
                        identity.line(),
                        identity.metadata()));
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
