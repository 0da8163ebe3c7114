package dev.millrace.worker.outcome;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.job.ParseResult;
import dev.millrace.contracts.job.Priority;
import dev.millrace.contracts.job.RequestParser;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.contracts.result.JobEnd;
import dev.millrace.contracts.result.JobTimes;
import dev.millrace.contracts.result.Outcome;
import dev.millrace.contracts.result.PartReply;
import dev.millrace.contracts.result.Provenance;
import dev.millrace.contracts.result.ProviderBody;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.worker.ledger.OpenJob;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
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
                        new JobHeaders.Identity(ID, "t", "b", null),
                        new JobHeaders.Submission(Priority.NORMAL, null, Instant.EPOCH),
                        new JobHeaders.Route("default/3@v7", List.of("first", "second"), partition))
                .atModel(1, 2, BigDecimal.ZERO, List.of(), null);
    }

    private List<ProducerRecord<byte[], byte[]>> written(JobHeaders headers, Outcome outcome) {
        return outputs.of(finished(headers, outcome));
    }

    private static FinishedJob finished(JobHeaders headers, Outcome outcome) {
        var line =
                RequestParser.parse(
                        """
                        {"custom_id":"c","url":"/v1/responses","body":{"model":"first"}}"""
                                .getBytes(UTF_8));
        return new FinishedJob(
                headers,
                ((ParseResult.Accepted) line).line(),
                Lane.BULK,
                Model.of("second", "p", Price.of("1", "2")),
                outcome,
                3,
                new BigDecimal("0.25"),
                CostEvent.withoutCall(ID, "t", "b"),
                new JobTimes(70, 5, 80L),
                30L);
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
                                    new JobTimes(70, 5, 80L),
                                    Provenance.CACHE_MISS));
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
    class APartOfAnotherJob {
        private static final JobId PARENT = JobId.of("t", "b", "parent");
        private static final OpenJob RUNNING = new OpenJob(0, 1, true);

        private final JobHeaders part = headers(7).withParent(PARENT);

        private static PartReply reply(ProducerRecord<byte[], byte[]> record) {
            assertThat(record.topic()).isEqualTo("millrace.parts");
            assertThat(record.partition()).isEqualTo(7);
            return PartReply.read(record.key(), record.value(), record.headers()).orElseThrow();
        }

        private ConsumerRecord<byte[], byte[]> consumed(byte[] value) {
            var record = new ConsumerRecord<byte[], byte[]>("jobs", 0, 0, null, value);
            part.writeTo(record.headers());
            return record;
        }

        @Test
        void reportsItsResultToItsParent() {
            var records = written(part, answer(10));

            assertThat(records).hasSize(1);
            PartReply reply = reply(records.getFirst());
            assertThat(reply.parent()).isEqualTo(PARENT);
            assertThat(reply.part()).isEqualTo(ID);
            assertThat(new String(Objects.requireNonNull(reply.result()), UTF_8))
                    .contains("xxxxxxxxxx");
            assertThat(Objects.requireNonNull(reply.end().end()).attempts()).isEqualTo(3);
        }

        @Test
        void answersIdenticalJobsToo() {
            var key = "0123456789abcdef".repeat(4);

            assertThat(written(part.withCacheKey(key), answer(10)))
                    .extracting(ProducerRecord::topic)
                    .containsExactly("millrace.parts", "millrace.answers");
        }

        @Test
        void costsItsParent() {
            CostEvent billed =
                    CostEvent.withoutCall(ID, "t", "b").afterUncertain(2, "m", BigDecimal.ONE);

            CostEvent written = CostEventCodec.read(outputs.cost(part, billed).value());

            assertThat(written).isEqualTo(billed.asCostOf(PARENT));
            assertThat(outputs.cost(part, billed).key()).isEqualTo(PARENT.value().getBytes(UTF_8));
        }

        @Test
        void hasNoDeadLetterIfItIsUnreadable() {
            var record = consumed(new byte[0]);
            MillraceHeaders.put(record.headers(), MillraceHeaders.PRIORITY, "urgent");

            var records = outputs.unreadable(record, Lane.NORMAL, "unreadable", RUNNING);

            assertThat(reply(records.getFirst()).result()).isNull();
            assertThat(records)
                    .extracting(ProducerRecord::topic)
                    .containsExactly("millrace.parts", "millrace.costs");
            assertThat(CostEventCodec.read(records.getLast().value()).jobId()).isEqualTo(PARENT);
        }

        @Test
        void hasNoDeadLetterIfItIsMalformed() {
            var last = CostEvent.withoutCall(ID, "t", "b");

            assertThat(outputs.malformed(consumed(new byte[0]), "malformed", part, last))
                    .singleElement()
                    .satisfies(it -> assertThat(reply(it).result()).isNull());
        }
    }

    @Nested
    class AJobWithACacheKey {
        private static final String KEY = "0123456789abcdef".repeat(4);

        private static final OpenJob NOT_CALLED = new OpenJob(0, 0, false);

        private final JobHeaders job = headers(7).withCacheKey(KEY);

        private static ProducerRecord<byte[], byte[]> answerOf(
                List<ProducerRecord<byte[], byte[]>> records) {
            var answers = records.stream().filter(it -> it.topic().endsWith("answers")).toList();
            assertThat(answers).hasSize(1);
            return answers.getFirst();
        }

        private static byte[] resultOf(List<ProducerRecord<byte[], byte[]>> records) {
            assertThat(records.getFirst().topic()).isEqualTo("millrace.results");
            return records.getFirst().value();
        }

        @Test
        void hasAnAnswerThatEqualsItsResult() {
            var records = written(job, answer(10));

            assertThat(answerOf(records).value()).isEqualTo(resultOf(records));
            assertThat(new String(resultOf(records), UTF_8)).contains("\"cache\":\"miss\"");
        }

        @Test
        void answerGoesByTheCacheKeyAndNamesTheJob() {
            var answer = answerOf(written(job, answer(10)));

            assertThat(answer.topic()).isEqualTo("millrace.answers");
            assertThat(answer.partition()).isNull();
            assertThat(answer.key()).isEqualTo(KEY.getBytes(UTF_8));
            assertThat(MillraceHeaders.text(answer.headers(), MillraceHeaders.SCHEMA))
                    .hasValue("1");
            assertThat(MillraceHeaders.text(answer.headers(), MillraceHeaders.JOB_ID))
                    .hasValue(ID.value());
        }

        @Test
        void answerOfARefusedResultEqualsItsReplacement() {
            var records = outputs.withoutAnswer(finished(job, answer(10))).apply("too large");

            assertThat(answerOf(records).value()).isEqualTo(resultOf(records));
            assertThat(new String(resultOf(records), UTF_8)).contains("response_too_large");
        }

        @Test
        void hasAnAnswerWithoutAResultIfItsRecordIsNotALine() {
            var records =
                    outputs.malformed(
                            jobRecord(job), "not a line", job, CostEvent.withoutCall(ID, "t", "b"));

            assertThat(answerOf(records).value()).isNull();
            assertThat(records)
                    .extracting(ProducerRecord::topic)
                    .containsExactlyInAnyOrder(
                            "millrace.dead-letters", "millrace.answers", "millrace.costs");
        }

        @Test
        void hasAnAnswerWithoutAResultIfItsRecordIsUnreadable() {
            var record = jobRecord(job);
            record.headers().remove(MillraceHeaders.CHAIN);
            var records = outputs.unreadable(record, Lane.BULK, "no chain", NOT_CALLED);

            assertThat(answerOf(records).value()).isNull();
        }

        @Test
        void hasNoAnswerIfItIsUnreadableAndHasNoId() {
            var record = jobRecord(job);
            record.headers().remove(MillraceHeaders.JOB_ID);

            assertThat(outputs.unreadable(record, Lane.BULK, "no id", NOT_CALLED))
                    .extracting(ProducerRecord::topic)
                    .containsExactly("millrace.dead-letters");
        }

        @Test
        void keepsItsCacheKeyWhenItIsHandedOver() {
            var next = job.atModel(1, 3, BigDecimal.ZERO, List.of(), null);
            var record = jobRecord(job);
            MillraceHeaders.removeAll(record.headers());
            var written = outputs.handOver(record, next, Lane.BULK);

            assertThat(JobHeaders.cacheKey(written.headers())).hasValue(KEY);
        }

        private static ConsumerRecord<byte[], byte[]> jobRecord(JobHeaders job) {
            var record =
                    new ConsumerRecord<>(
                            "millrace.jobs.first.bulk", 0, 0L, new byte[0], new byte[0]);
            job.writeTo(record.headers());
            return record;
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
