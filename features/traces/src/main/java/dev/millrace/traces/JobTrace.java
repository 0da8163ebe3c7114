package dev.millrace.traces;

import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.job.JobId;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The trace of a job. It is the trace of the producer's {@code traceparent}; without one, its id is
 * the id of the job. A part of a document is in the trace of its parent.
 *
 * @param job the job of a step
 * @param root the job of the request: the parent of a part, or the job itself
 * @param caller context of the producer's span; invalid for none
 * @param traceId the trace of all spans of the job
 */
record JobTrace(JobId job, JobId root, SpanContext caller, String traceId) {
    private static final int HEX = 16;
    private static final int LOWER_HALF = 16;

    private static final TextMapGetter<String> HEADER =
            (carrier, key) -> key.equals(MillraceHeaders.TRACEPARENT) ? carrier : null;

    static JobTrace of(JobHeaders job) {
        return of(job.jobId(), Optional.ofNullable(job.parent()), job.identity().traceparent());
    }

    static JobTrace of(JobId job, Headers headers) {
        return of(job, JobHeaders.parent(headers), MillraceHeaders.traceparent(headers));
    }

    private static JobTrace of(JobId job, Optional<JobId> parent, @Nullable String traceparent) {
        JobId root = parent.orElse(job);
        SpanContext caller = context(traceparent);
        String traceId = caller.isValid() ? caller.getTraceId() : root.value();
        return new JobTrace(job, root, caller, traceId);
    }

    private static SpanContext context(@Nullable String traceparent) {
        return traceparent == null
                ? SpanContext.getInvalid()
                : Span.fromContext(
                                W3CTraceContextPropagator.getInstance()
                                        .extract(Context.root(), traceparent, HEADER))
                        .getSpanContext();
    }

    /**
     * Returns true if all steps of the job are traced. The producer decides, with the flag of its
     * trace context; without one, the trace id does, by the rule of OpenTelemetry's {@code
     * TraceIdRatioBased}.
     */
    boolean isSampled(double share) {
        if (caller.isValid()) {
            return caller.isSampled();
        }
        long lower = Long.parseUnsignedLong(traceId, LOWER_HALF, traceId.length(), HEX);
        return share >= 1 || Math.abs(lower) < (long) (share * Long.MAX_VALUE);
    }

    /** Returns the context of a span of this trace. */
    SpanContext span(String spanId) {
        return context(traceId, spanId);
    }

    /** Returns the context of the span that covers the job. */
    SpanContext jobSpan() {
        return span(SpanIds.ofJob(root));
    }

    /** Returns the context of the span of a batch, which has a trace of its own. */
    static SpanContext ofBatch(String tenant, String batch) {
        return context(SpanIds.traceOfBatch(tenant, batch), SpanIds.ofBatch(tenant, batch));
    }

    private static SpanContext context(String traceId, String spanId) {
        return SpanContext.create(
                traceId, spanId, TraceFlags.getSampled(), TraceState.getDefault());
    }
}
