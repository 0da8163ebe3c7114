package dev.millrace.traces;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.job.JobId;
import java.util.stream.IntStream;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class JobTraceTest {
    private static final JobId JOB = JobId.of("acme", "b", "a");
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String SPAN = "00f067aa0ba902b7";

    private static JobTrace trace(String header, String value) {
        var headers = new RecordHeaders();
        headers.add(header, value.getBytes(UTF_8));
        return JobTrace.of(JOB, headers);
    }

    @Nested
    class WithATraceparent {
        private final JobTrace trace =
                trace(MillraceHeaders.TRACEPARENT, "00-" + TRACE + "-" + SPAN + "-01");

        @Test
        void jobIsAChildOfTheProducersSpan() {
            assertThat(trace.traceId()).isEqualTo(TRACE);
            assertThat(trace.caller().getSpanId()).isEqualTo(SPAN);
            assertThat(trace.jobSpan().getSpanId()).isEqualTo(SpanIds.ofJob(JOB));
        }

        @Test
        void producerDecidesWhetherItIsSampled() {
            assertThat(trace.isSampled(0)).isTrue();
            assertThat(
                            trace(MillraceHeaders.TRACEPARENT, "00-" + TRACE + "-" + SPAN + "-00")
                                    .isSampled(1))
                    .isFalse();
        }
    }

    @Nested
    class WithoutAUsableTraceparent {
        @Test
        void traceIdIsTheJobId() {
            JobTrace trace = JobTrace.of(JOB, new RecordHeaders());

            assertThat(trace.traceId()).isEqualTo(JOB.value());
            assertThat(trace.caller().isValid()).isFalse();
        }

        @Test
        void invalidHeaderCountsAsNone() {
            for (String value : new String[] {"", "00-abc-def-01", "x".repeat(5_000)}) {
                assertThat(trace(MillraceHeaders.TRACEPARENT, value).traceId())
                        .isEqualTo(JOB.value());
            }
        }

        @Test
        void shareOfJobsIsSampled() {
            long sampled =
                    IntStream.range(0, 10_000)
                            .mapToObj(it -> JobId.of("t", "b", "job-" + it))
                            .filter(it -> JobTrace.of(it, new RecordHeaders()).isSampled(0.1))
                            .count();

            assertThat(sampled).isBetween(900L, 1_100L);
        }

        @Test
        void allOrNoneAreSampledAtTheBounds() {
            JobTrace trace = JobTrace.of(JOB, new RecordHeaders());

            assertThat(trace.isSampled(1)).isTrue();
            assertThat(trace.isSampled(0)).isFalse();
        }
    }

    @Test
    void partIsInTheTraceOfItsParent() {
        var parent = JobId.of("acme", "b", "document");
        JobTrace trace = trace(MillraceHeaders.PARENT, parent.value());

        assertThat(trace.traceId()).isEqualTo(parent.value());
        assertThat(trace.jobSpan().getSpanId()).isEqualTo(SpanIds.ofJob(parent));
        assertThat(trace.job()).isEqualTo(JOB);
    }
}
