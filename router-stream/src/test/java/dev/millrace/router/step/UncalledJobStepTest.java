package dev.millrace.router.step;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.contracts.result.JobEnd;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.router.topology.RouterDriver;
import java.util.stream.Stream;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class UncalledJobStepTest {
    private static final String LINE =
            """
            {"custom_id":"a","url":"/v1/responses","body":{"model":"smal"},"millrace":{"request_id":"r-1","metadata":{"q":1}}}""";

    private final RouterDriver router = new RouterDriver();

    @AfterEach
    void close() {
        router.close();
    }

    @Nested
    class WhenAJobIsRejected {
        @Test
        void errorResultHasTheLabelsOfTheClient() {
            router.send(LINE);

            var result = router.results().getFirst();
            assertThat(ResultView.read(result.value()).errorCode()).isEqualTo("unknown_model");
            assertThat(new String(result.value(), UTF_8))
                    .contains("\"request_id\":\"r-1\",\"metadata\":{\"q\":1}");
        }

        @Test
        void jobHasOneFinalCostEventWithoutCost() {
            router.send(LINE);

            assertThat(router.costs())
                    .singleElement()
                    .satisfies(
                            it -> {
                                var event = CostEventCodec.read(it.value());
                                assertThat(event.isFinal()).isTrue();
                                assertThat(event.kind()).isEqualTo(CostKind.NONE);
                                assertThat(event.costUsd()).isZero();
                                assertThat(event.end()).isEqualTo(JobEnd.unrouted("unknown_model"));
                            });
        }

        @Test
        void resultAndCostEventHaveTheJobIdAsKeyAndTheCurrentTime() {
            router.send(LINE);

            var result = router.results().getFirst();
            var cost = router.costs().getFirst();
            assertThat(result.key()).isEqualTo(JobId.of("default", "default", "a").value());
            assertThat(cost.key()).isEqualTo(result.key());
            assertThat(result.timestamp()).isEqualTo(router.clock.millis());
            assertThat(cost.timestamp()).isEqualTo(router.clock.millis());
        }

        @Test
        void rejectedJobsAreCountedByCode() {
            router.send(LINE);

            assertThat(router.count("millrace.router.refused", "code", "unknown_model")).isOne();
        }
    }

    @Nested
    class WhenTheRequestHasUserHeaders {
        @Test
        void onlyTheTraceIsCopied() {
            var headers = new RecordHeaders();
            headers.add("traceparent", "00-abc-def-01".getBytes(UTF_8));
            headers.add("x-team", "red".getBytes(UTF_8));

            router.send(RouterDriver.TOPICS.requests(), null, LINE.getBytes(UTF_8), headers);

            assertThat(names(router.results().getFirst().headers()))
                    .containsExactlyInAnyOrder(MillraceHeaders.SCHEMA, "traceparent");
            assertThat(names(router.costs().getFirst().headers()))
                    .containsExactlyInAnyOrder(MillraceHeaders.SCHEMA, "traceparent");
        }

        @Test
        void overlongTraceIsNotCopied() {
            var headers = new RecordHeaders();
            headers.add("traceparent", new byte[100_000]);

            router.send(RouterDriver.TOPICS.requests(), null, LINE.getBytes(UTF_8), headers);

            assertThat(names(router.results().getFirst().headers()))
                    .containsExactly(MillraceHeaders.SCHEMA);
            assertThat(names(router.costs().getFirst().headers()))
                    .containsExactly(MillraceHeaders.SCHEMA);
        }

        private static Stream<String> names(Headers headers) {
            return Stream.of(headers.toArray()).map(Header::key);
        }
    }

    @Nested
    class WhenAJobIsTooLargeForItsTopic {
        @Test
        void jobEndsAsAnErrorResult() {
            router.maxRecordBytes.put("test.jobs.small.normal", 1);

            router.send(RouterDriver.line("a", "small"));

            assertThat(router.results()).hasSize(1);
            assertThat(router.costs())
                    .singleElement()
                    .satisfies(
                            it ->
                                    assertThat(CostEventCodec.read(it.value()).end())
                                            .isEqualTo(JobEnd.unrouted("validation_error")));
        }
    }
}
