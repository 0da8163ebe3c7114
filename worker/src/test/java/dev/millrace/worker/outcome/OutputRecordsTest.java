package dev.millrace.worker.outcome;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.job.ParseResult;
import dev.millrace.contracts.job.Priority;
import dev.millrace.contracts.job.RequestParser;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.contracts.result.JobEnd;
import dev.millrace.contracts.result.Outcome;
import dev.millrace.contracts.result.ProviderBody;
import dev.millrace.contracts.topic.Topics;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class OutputRecordsTest {
    private static final JobId ID = JobId.of("t", "b", "c");
    private static final int MAX_BYTES = 1_000;

    private final OutputRecords outputs = new OutputRecords(new Topics("millrace."), MAX_BYTES);

    private static JobHeaders headers(@Nullable Integer partition) {
        return new JobHeaders(
                ID,
                "t",
                "b",
                null,
                Priority.NORMAL,
                null,
                Instant.EPOCH,
                "default/3@v7",
                List.of("first", "second"),
                1,
                2,
                partition,
                null);
    }

    private List<ProducerRecord<byte[], byte[]>> written(JobHeaders headers, Outcome outcome) {
        var line =
                RequestParser.parse(
                        """
                        {"custom_id":"c","url":"/v1/responses","body":{"model":"first"}}"""
                                .getBytes(UTF_8));
        return outputs.of(
                new FinishedJob(
                        headers,
                        ((ParseResult.Accepted) line).line(),
                        Lane.BULK,
                        Model.of("second", "p", Price.of("1", "2")),
                        outcome,
                        3,
                        new BigDecimal("0.25"),
                        CostEvent.withoutCall(ID, "t", "b"),
                        5,
                        70,
                        30L));
    }

    private static Outcome answer(int bytes) {
        byte[] body = ("\"" + "x".repeat(bytes) + "\"").getBytes(UTF_8);
        return new Outcome.Answered(200, null, ProviderBody.of(body), null);
    }

    private static JobEnd end(List<ProducerRecord<byte[], byte[]>> records) {
        return Objects.requireNonNull(CostEventCodec.read(records.getLast().value()).end());
    }

    @Nested
    class TheEndOfAJob {
        @Test
        void resultContainsDecisionAndOutcome() {
            assertThat(end(written(headers(1), answer(10))))
                    .isEqualTo(
                            new JobEnd(
                                    "default/3@v7",
                                    "first",
                                    Lane.BULK,
                                    null,
                                    3,
                                    new BigDecimal("0.25"),
                                    70));
        }

        @Test
        void finalEventHasTheErrorOfTheResult() {
            var refused = Outcome.rejected(ErrorCode.DEADLINE_EXCEEDED, "too late");

            assertThat(end(written(headers(1), refused)).errorCode())
                    .isEqualTo("deadline_exceeded");
        }

        @Test
        void finalEventHasTheErrorOfATooLargeResult() {
            var records = written(headers(1), answer(MAX_BYTES));

            assertThat(end(records).errorCode()).isEqualTo("response_too_large");
            assertThat(new String(records.getFirst().value(), UTF_8))
                    .contains("response_too_large")
                    .hasSizeLessThanOrEqualTo(MAX_BYTES);
        }
    }

    @Nested
    class AllRecordsOfAJob {
        @Test
        void recordsGoToThePartitionOfTheRequest() {
            assertThat(written(headers(7), answer(10)))
                    .extracting(ProducerRecord::topic, ProducerRecord::partition)
                    .containsExactly(tuple("millrace.results", 7), tuple("millrace.costs", 7));
        }

        @Test
        void costOfAnAttemptGoesToThePartitionOfTheRequest() {
            var event = CostEvent.withoutCall(ID, "t", "b");

            assertThat(outputs.cost(headers(7), event).partition()).isEqualTo(7);
        }

        @Test
        void recordsGoByKeyIfThePartitionIsUnknown() {
            assertThat(written(headers(null), answer(10)))
                    .allSatisfy(
                            it -> {
                                assertThat(it.partition()).isNull();
                                assertThat(it.key()).isEqualTo(ID.value().getBytes(UTF_8));
                            });
        }
    }
}
