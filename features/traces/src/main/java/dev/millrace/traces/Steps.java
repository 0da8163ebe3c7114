package dev.millrace.traces;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.traces.JobSpan.Name;
import dev.millrace.traces.JobSpan.Times;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.resources.Resource;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes the spans of jobs and of their steps. Used by any thread. */
record Steps(Resource resource) {
    /** OpenTelemetry's name for the class of an error: one of Millrace's error codes. */
    static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");

    /** Why a job has waited: the word of a reason, or {@code turn}. */
    static final AttributeKey<String> REASON = AttributeKey.stringKey("millrace.wait.reason");

    private static final AttributeKey<String> JOB = AttributeKey.stringKey("millrace.job_id");

    /** Returns attributes of a step of a job. */
    static AttributesBuilder attributes(JobTrace trace) {
        return Attributes.builder().put(JOB, trace.job().value());
    }

    /**
     * Returns a step of a job.
     *
     * @param numbers what tells its steps of a name apart
     */
    JobSpan step(
            JobTrace trace,
            Name name,
            Times times,
            Attributes attributes,
            String id,
            long... numbers) {
        return new JobSpan(
                trace.span(SpanIds.ofStep(trace.job(), id, numbers)),
                trace.jobSpan(),
                name,
                times,
                attributes,
                List.of(),
                attributes.get(ERROR) != null,
                resource);
    }

    /**
     * Returns the span that covers a job, from its submission to its end.
     *
     * @param batch context of its batch
     */
    JobSpan job(JobTrace trace, Times times, Attributes attributes, SpanContext batch) {
        return new JobSpan(
                trace.jobSpan(),
                trace.caller(),
                new Name("job", SpanKind.INTERNAL),
                times,
                attributes,
                List.of(batch),
                attributes.get(ERROR) != null,
                resource);
    }

    /** Returns the span of a submission of a batch, which no job has as its parent. */
    JobSpan batch(SpanContext context, Instant start, Instant end, Attributes attributes) {
        return new JobSpan(
                context,
                SpanContext.getInvalid(),
                new Name("batch", SpanKind.INTERNAL),
                new Times(start, end),
                attributes,
                List.of(),
                false,
                resource);
    }

    /** Adds the error of a step, if it has one. */
    static AttributesBuilder withError(AttributesBuilder attributes, @Nullable ErrorCode error) {
        Optional.ofNullable(error).ifPresent(it -> attributes.put(ERROR, it.code()));
        return attributes;
    }
}
