package dev.millrace.router.step;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.contracts.result.JobEnd;
import dev.millrace.contracts.result.JobResult;
import dev.millrace.contracts.result.Outcome;
import dev.millrace.contracts.result.Provenance;
import dev.millrace.router.edge.Ended;
import dev.millrace.router.flow.Flow.Fault;
import dev.millrace.router.flow.Flow.Owner;
import dev.millrace.router.flow.Flow.Refusal;
import java.time.InstantSource;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * An end: a job that gets no call ends as an error result and a final cost event, in one
 * transaction.
 */
final class RefuseStep implements Processor<byte[], Refusal, byte[], Ended> {
    /** W3C Trace Context: 55 characters, of later versions more. */
    private static final int MOST_TRACE_BYTES = 512;

    private final InstantSource clock;
    private final RouterMeters meters;
    private final Forwarding<Ended> forward = new Forwarding<>();

    RefuseStep(InstantSource clock, RouterMeters meters) {
        this.clock = clock;
        this.meters = meters;
    }

    @Override
    public void init(ProcessorContext<byte[], Ended> context) {
        forward.init(context);
    }

    @Override
    public void process(Record<byte[], Refusal> entry) {
        Owner owner = entry.value().owner();
        Fault fault = entry.value().fault();
        byte[] key = owner.jobId().value().getBytes(UTF_8);
        // Not the request's time: retention would take a result of an old request away at once.
        long now = clock.millis();
        int partition = entry.value().origin().partition();
        meters.onRefused(fault.error());
        var result = new Ended(result(owner, fault).toJson(), partition);
        forward.to(Step.RESULTS, new Record<>(key, result, now, headers(entry.headers())));
        var cost = new Ended(CostEventCodec.toJson(cost(owner, fault)), partition);
        forward.to(Step.COSTS, new Record<>(key, cost, now, headers(entry.headers())));
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
