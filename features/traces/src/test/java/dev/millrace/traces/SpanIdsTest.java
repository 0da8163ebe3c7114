package dev.millrace.traces;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.JobId;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.TraceId;
import org.junit.jupiter.api.Test;

class SpanIdsTest {
    private static final JobId JOB = JobId.of("acme", "b", "a");

    @Test
    void idsAreEqualInEachProcess() {
        assertThat(SpanIds.ofJob(JOB)).isEqualTo(SpanIds.ofJob(new JobId(JOB.value())));
        assertThat(SpanIds.ofStep(JOB, "call", 1, 5)).isEqualTo(SpanIds.ofStep(JOB, "call", 1, 5));
    }

    @Test
    void stepsDifferByNameAndNumbers() {
        assertThat(SpanIds.ofStep(JOB, "call", 1, 5))
                .isNotEqualTo(SpanIds.ofStep(JOB, "call", 2, 5))
                .isNotEqualTo(SpanIds.ofStep(JOB, "call", 1, 6))
                .isNotEqualTo(SpanIds.ofStep(JOB, "wait", 1, 5))
                .isNotEqualTo(SpanIds.ofJob(JOB));
    }

    @Test
    void idsAreValid() {
        assertThat(SpanId.isValid(SpanIds.ofJob(JOB))).isTrue();
        assertThat(SpanId.isValid(SpanIds.ofStep(JOB, "end", 3))).isTrue();
        assertThat(SpanId.isValid(SpanIds.ofBatch("acme", "b"))).isTrue();
        assertThat(TraceId.isValid(SpanIds.traceOfBatch("acme", "b"))).isTrue();
    }
}
