package dev.millrace.router.step;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.contracts.result.JobEnd;
import dev.millrace.contracts.result.JobResult;
import dev.millrace.contracts.result.Outcome;
import dev.millrace.contracts.result.Provenance;
import dev.millrace.router.edge.Ended;
import dev.millrace.router.failure.InternalErrors;
import dev.millrace.router.flow.Flow;
import dev.millrace.router.flow.Flow.Fault;
import dev.millrace.router.flow.Flow.Owner;
import dev.millrace.router.flow.Flow.Refusal;
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
 * An end: a job that gets no call ends as an error result and a final cost event, in one
 * transaction. When these cannot be made, a dead letter takes the place of the result.
 */
final class RefuseStep implements Processor<byte[], Refusal, byte[], Object> {
    /** W3C Trace Context: 55 characters, of later versions more. */
    private static final int MOST_TRACE_BYTES = 512;

    private final InstantSource clock;
    private final RouterMeters meters;
    private final InternalErrors errors;
    private final Forwarding<Object> forward = new Forwarding<>();

    RefuseStep(InstantSource clock, RouterMeters meters, InternalErrors errors) {
        this.clock = clock;
        this.meters = meters;
        this.errors = errors;
    }

    @Override
    public void init(ProcessorContext<byte[], Object> context) {
        forward.init(context);
    }

    @Override
    public void process(Record<byte[], Refusal> entry) {
        Owner owner = entry.value().owner();
        Fault fault = entry.value().fault();
        var result = end(entry, () -> result(owner, fault).toJson());
        var cost = end(entry, () -> CostEventCodec.toJson(cost(owner, fault)));
        if (result.isPresent() && cost.isPresent()) {
            meters.onRefused(fault.error());
            forward.to(Step.RESULTS, result.get());
        } else {
            forward.to(Step.BURY, entry.withValue(unwritable(entry.value())));
        }
        // Also beside a dead letter: without it the job would never have ended.
        cost.ifPresent(it -> forward.to(Step.COSTS, it));
    }

    /** Makes one of the two records of an end; empty when that fails. */
    private Optional<Record<byte[], Ended>> end(
            Record<byte[], Refusal> entry, Supplier<byte[]> value) {
        Refusal refusal = entry.value();
        return errors.decide(
                Step.REFUSE,
                refusal.origin(),
                () -> {
                    byte[] key = refusal.owner().jobId().value().getBytes(UTF_8);
                    var ended = new Ended(value.get(), refusal.origin().partition());
                    // Not the request's time: retention would delete the end of an old request.
                    long now = clock.millis();
                    return Optional.of(new Record<>(key, ended, now, headers(entry.headers())));
                },
                _ -> Optional.empty());
    }

    private static Flow.Burial unwritable(Refusal refusal) {
        return refusal.buried(
                ErrorCode.INTERNAL_ERROR,
                "a fault of Millrace: the job ended as "
                        + refusal.fault().error().code()
                        + ", and its result could not be written; no call was made for it; the"
                        + " router's log has the details");
    }

    private static CostEvent cost(Owner owner, Fault fault) {
        return CostEvent.withoutCall(owner.jobId(), owner.tenant(), owner.batch())
                .with(JobEnd.unrouted(fault.error().code()));
    }

    private static JobResult result(Owner owner, Fault fault) {
        return new JobResult(
                owner.customId(),
                new Outcome.Unanswered(fault.error(), fault.message(), fault.param(), null, null),
                Provenance.withoutCall(
                        owner.jobId(),
                        owner.tenant(),
                        owner.batch(),
                        owner.line(),
                        owner.metadata()));
    }

    private static Headers headers(Headers request) {
        var headers = new RecordHeaders();
        MillraceHeaders.put(headers, MillraceHeaders.SCHEMA, MillraceHeaders.SCHEMA_VERSION);
        Header trace = request.lastHeader(MillraceHeaders.TRACEPARENT);
        // A result and a cost event are not checked against the limits of their topics.
        if (trace != null && trace.value() != null && trace.value().length <= MOST_TRACE_BYTES) {
            headers.add(trace);
        }
        return headers;
    }
}
