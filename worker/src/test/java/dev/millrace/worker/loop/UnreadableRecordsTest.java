package dev.millrace.worker.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.job.Priority;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.contracts.result.JobEnd;
import dev.millrace.contracts.result.Route;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No record, whatever its claims, ends the loop or uses uncounted memory. */
class UnreadableRecordsTest {
    private final FakeCluster cluster = new FakeCluster();

    @Nested
    class ATimeOfSubmission {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "+1000000000-12-31T23:59:59.999999999Z",
                    "-1000000000-01-01T00:00:00Z",
                    "+292278994-08-17T07:12:55.808Z"
                })
        void extremeSubmissionTimeIsAccepted(String time) {
            cluster.jobSubmitted(0, 0, Instant.parse(time));
            var worker = new TestWorker(cluster).owning(0);
            worker.providers.answer("0-0");
            worker.turn(1);

            assertThat(cluster.resultIds()).containsExactly("0-0");
        }
    }

    @Nested
    class ARecordThatIsNotAJob {
        private static final JobId ID = FakeCluster.jobId(0, 0);

        private static RecordHeaders headers() {
            var headers = new RecordHeaders();
            new JobHeaders(
                            new JobHeaders.Identity(ID, "t", "b", null),
                            new JobHeaders.Submission(Priority.NORMAL, null, FakeCluster.SUBMITTED),
                            new JobHeaders.Route(
                                    "default/3@v7", List.of(FakeCluster.MODEL, "second"), 5))
                    .atModel(0, 2, BigDecimal.ZERO, List.of(), null)
                    .writeTo(headers);
            return headers;
        }

        private static RecordHeaders headers(String name, String text) {
            var headers = headers();
            MillraceHeaders.put(headers, name, text);
            return headers;
        }

        private TestWorker worker(RecordHeaders headers, @Nullable String value) {
            cluster.record(0, 0, headers, value);
            var worker = new TestWorker(cluster).owning(0);
            worker.turn(2);
            return worker;
        }

        /** In one transaction with the dead letter. */
        private CostEvent lastEvent(TestWorker worker) {
            assertThat(worker.log.attempts.getLast().records())
                    .extracting(ProducerRecord::topic, ProducerRecord::partition)
                    .containsExactly(
                            tuple("millrace.dead-letters", null), tuple("millrace.costs", 5));
            return cluster.costs().getLast();
        }

        private static JobEnd end(int attempts) {
            return new JobEnd(
                    new Route("default/3@v7", FakeCluster.MODEL),
                    Lane.NORMAL,
                    "malformed_request",
                    attempts,
                    BigDecimal.ZERO,
                    0);
        }

        @Test
        void recordOfALaterSchemaIsReportedToItsRouter() {
            var event = lastEvent(worker(headers(MillraceHeaders.SCHEMA, "99"), "{}"));

            assertThat(event.isFinal()).isTrue();
            assertThat(event.jobId()).isEqualTo(ID);
            assertThat(event.kind()).isEqualTo(CostKind.NONE);
            assertThat(event.tenant()).isEqualTo("t");
            assertThat(event.end()).isEqualTo(end(2));
        }

        @Test
        void recordWithoutAValueIsReportedToItsRouter() {
            assertThat(lastEvent(worker(headers(), null)).end()).isEqualTo(end(2));
        }

        @Test
        void recordThatIsNotABatchLineIsReportedToItsRouter() {
            cluster.job(0, 0);
            headers().forEach(it -> cluster.replaceHeader(0, 0, it));
            var worker = new TestWorker(cluster).owning(0);
            worker.providers.reportUnreadable("0-0");
            worker.turn(1);

            assertThat(lastEvent(worker).end())
                    .usingRecursiveComparison()
                    .ignoringFields("times.queuedMs")
                    .isEqualTo(end(2));
        }

        @Test
        void invalidRecordOfAnUnservedModelIsReportedToItsRouter() {
            var event = lastEvent(worker(headers(MillraceHeaders.CHAIN, "gone"), "{}"));

            assertThat(Objects.requireNonNull(event.end()).route().to()).isEqualTo("gone");
        }

        @Test
        void recordWithHugeHeadersDoesNotStopTheWorker() {
            var event =
                    lastEvent(worker(headers(MillraceHeaders.TENANT, "x".repeat(100_000)), null));

            assertThat(event.tenant()).isEmpty();
        }

        @Test
        void unidentifiableRecordBecomesOnlyADeadLetter() {
            var _ = worker(headers(MillraceHeaders.JOB_ID, "none"), "{}");

            assertThat(cluster.deadLetters()).hasSize(1);
            assertThat(cluster.costs()).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(strings = {"-1", "first"})
        void recordWithoutAReadablePartitionIsReportedByTheKeyOfItsJob(String partition) {
            var worker = worker(headers(MillraceHeaders.REQUEST_PARTITION, partition), "{}");

            assertThat(worker.log.attempts.getLast().records())
                    .extracting(ProducerRecord::topic, ProducerRecord::partition)
                    .containsExactly(
                            tuple("millrace.dead-letters", null), tuple("millrace.costs", null));
            assertThat(cluster.costs().getLast().jobId()).isEqualTo(ID);
        }
    }

    @Nested
    class AForeignHeader {
        @Test
        void foreignHeaderCountsAsHeldUntilItsJobEnds() {
            cluster.job(0, 0);
            cluster.header(0, 0, 50_000);
            var worker = new TestWorker(cluster).owning(0);
            assertThat(heldBytes(worker)).isBetween(50_000.0, 52_000.0);

            worker.providers.answer("0-0");
            worker.turn(2);
            assertThat(heldBytes(worker)).isZero();
        }

        @Test
        void foreignHeaderCountsAsHeldUntilItsDeadLetterIsWritten() {
            cluster.record(0, 0, new RecordHeaders(), "{}");
            cluster.header(0, 0, 50_000);
            var worker = new TestWorker(cluster).owning(0);
            worker.turn(2);

            assertThat(cluster.deadLetters()).hasSize(1);
            assertThat(heldBytes(worker)).isZero();
        }

        private static double heldBytes(TestWorker worker) {
            return worker.registry.get("millrace.worker.held.bytes").gauge().value();
        }
    }
}
