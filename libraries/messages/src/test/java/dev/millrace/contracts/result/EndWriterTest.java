package dev.millrace.contracts.result;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.JobLabels;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.job.Priority;
import dev.millrace.contracts.topic.Topics;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class EndWriterTest {
    private static final JobId ID = JobId.of("t", "b", "c");
    private static final JobId PARENT = JobId.of("t", "b", "parent");
    private static final String KEY = "0123456789abcdef".repeat(4);
    private static final int MAX_BYTES = 1_000;

    private final EndWriter writer = new EndWriter(new Topics("millrace."), () -> MAX_BYTES);

    private static JobHeaders headers(@Nullable Integer partition) {
        return new JobHeaders(
                        new JobHeaders.Identity(ID, "t", "b", null),
                        new JobHeaders.Submission(Priority.NORMAL, null, Instant.EPOCH),
                        new JobHeaders.Route("default/3@v7", List.of("first", "second"), partition))
                .atModel(1, 2, BigDecimal.ZERO, List.of(), null);
    }

    private static Calls calls() {
        return new Calls("second", "p", 3, new BigDecimal("0.25"), new JobTimes(70, 5, 80L), 30L);
    }

    private static JobEnding settled(JobFacts job, Outcome outcome) {
        var provenance = new Provenance(job, calls(), new JobLabels(null, null));
        return new JobEnding.Settled(new JobResult("c", outcome, provenance), AttemptCost.NONE);
    }

    private static JobEnding unreadable(JobHeaders headers, AttemptCost cost) {
        var record =
                new ConsumerRecord<>("millrace.jobs.first.bulk", 0, 0L, new byte[0], new byte[0]);
        headers.writeTo(record.headers());
        return new JobEnding.Unreadable(
                JobFacts.of(headers, Lane.BULK),
                ErrorCode.MALFORMED_REQUEST,
                calls(),
                cost,
                BuriedRecord.malformed(record, "not a line"));
    }

    private List<ProducerRecord<byte[], byte[]>> written(JobEnding ending) {
        return writer.write(ending).records();
    }

    private List<ProducerRecord<byte[], byte[]>> written(JobHeaders headers, Outcome outcome) {
        return written(settled(JobFacts.of(headers, Lane.BULK), outcome));
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
        void finalEventContainsDecisionAndOutcome() {
            assertThat(end(written(headers(1), answer(10))))
                    .isEqualTo(
                            new JobEnd(
                                    new Route("default/3@v7", "first"),
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
        void deadLetterReplacesTheResultOfAnUnreadableJob() {
            var records = written(unreadable(headers(1), AttemptCost.NONE));

            assertThat(records)
                    .extracting(ProducerRecord::topic)
                    .containsExactly("millrace.dead-letters", "millrace.costs");
            assertThat(end(records).errorCode()).isEqualTo("malformed_request");
        }

        @Test
        void recordsGoToThePartitionOfTheRequest() {
            assertThat(written(headers(7), answer(10)))
                    .extracting(ProducerRecord::topic, ProducerRecord::partition)
                    .containsExactly(tuple("millrace.results", 7), tuple("millrace.costs", 7));
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

    @Nested
    class AnAnswerThatIsTooLarge {
        @Test
        void errorReplacesItAndTheCostIsKept() {
            var records = written(headers(1), answer(MAX_BYTES));

            assertThat(end(records).errorCode()).isEqualTo("response_too_large");
            assertThat(end(records).jobCostUsd()).isEqualTo("0.25");
            assertThat(new String(records.getFirst().value(), UTF_8))
                    .contains("response_too_large")
                    .hasSizeLessThanOrEqualTo(MAX_BYTES);
        }

        /** A larger record would be rejected again and again, and stop its partition. */
        @Test
        void errorLeavesOutMetadataAndPassagesThatAreTooLarge() {
            String large = "{\"a\":\"" + "x".repeat(MAX_BYTES) + "\"}";
            var job = JobFacts.of(headers(1).withPassages(large), Lane.BULK);
            var provenance = new Provenance(job, calls(), new JobLabels("r-1", large));

            var written =
                    writer.write(
                            new JobEnding.Settled(
                                    new JobResult("c", answer(10), provenance), AttemptCost.NONE));

            byte[] result = written.records().getFirst().value();
            assertThat(result).hasSizeLessThanOrEqualTo(MAX_BYTES);
            assertThat(new String(result, UTF_8))
                    .contains("\"custom_id\":\"c\"", "response_too_large", "\"r-1\"")
                    .doesNotContain("xxx");
            assertThat(end(written.records()).jobCostUsd()).isEqualTo("0.25");
        }

        @Test
        void savesNothingIfItIsTheAnswerToAnotherJob() {
            var job = JobFacts.of(headers(1), Lane.BULK).withoutFollowers();
            var reused =
                    new Provenance(
                            job,
                            Calls.none("second", "p", JobTimes.withoutCall(5)),
                            Provenance.CACHE_HIT,
                            new JobLabels(null, null),
                            null,
                            null);

            var written =
                    writer.write(
                            new JobEnding.Settled(
                                    new JobResult("c", answer(MAX_BYTES), reused),
                                    AttemptCost.saved("second", "p", BigDecimal.ONE)));

            assertThat(written.ending().cost()).isEqualTo(AttemptCost.NONE);
            assertThat(end(written.records()).cache()).isEqualTo(Provenance.CACHE_MISS);
            assertThat(ResultView.read(written.records().getFirst().value()).model())
                    .isEqualTo("first");
        }
    }

    @Nested
    class APartOfAnotherJob {
        private static final AttemptCost UNCERTAIN = AttemptCost.uncertain(2, "m", BigDecimal.ONE);

        private final JobHeaders part = headers(7).withParent(PARENT);

        private static PartReply reply(ProducerRecord<byte[], byte[]> record) {
            assertThat(record.topic()).isEqualTo("millrace.parts");
            assertThat(record.partition()).isEqualTo(7);
            return PartReply.read(record.key(), record.value(), record.headers()).orElseThrow();
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
            assertThat(written(part.withCacheKey(KEY), answer(10)))
                    .extracting(ProducerRecord::topic)
                    .containsExactly("millrace.parts", "millrace.answers");
        }

        @Test
        void costsItsParent() {
            var records = written(unreadable(part, UNCERTAIN));

            CostEvent cost = CostEventCodec.read(records.getLast().value());
            assertThat(cost)
                    .isEqualTo(JobFacts.of(part, Lane.BULK).finalEvent(UNCERTAIN).asCostOf(PARENT));
            assertThat(records.getLast().key()).isEqualTo(PARENT.value().getBytes(UTF_8));
            assertThat(records.getLast().partition()).isEqualTo(7);
        }

        @Test
        void hasNoDeadLetterIfItIsUnreadable() {
            assertThat(written(unreadable(part, AttemptCost.NONE)))
                    .singleElement()
                    .satisfies(it -> assertThat(reply(it).result()).isNull());
        }
    }

    @Nested
    class AJobWithACacheKey {
        private final JobHeaders job = headers(7).withCacheKey(KEY);

        private static ProducerRecord<byte[], byte[]> answerOf(
                List<ProducerRecord<byte[], byte[]>> records) {
            var answers = records.stream().filter(it -> it.topic().endsWith("answers")).toList();
            assertThat(answers).hasSize(1);
            return answers.getFirst();
        }

        @Test
        void hasAnAnswerThatEqualsItsResult() {
            var records = written(job, answer(10));

            assertThat(records.getFirst().topic()).isEqualTo("millrace.results");
            assertThat(answerOf(records).value()).isEqualTo(records.getFirst().value());
            assertThat(new String(answerOf(records).value(), UTF_8)).contains("\"cache\":\"miss\"");
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
        void hasAnAnswerWithoutAResultIfItIsUnreadable() {
            var records = written(unreadable(job, AttemptCost.NONE));

            assertThat(answerOf(records).value()).isNull();
            assertThat(records)
                    .extracting(ProducerRecord::topic)
                    .containsExactly("millrace.dead-letters", "millrace.answers", "millrace.costs");
        }

        @Test
        void hasNoAnswerIfARouterEndsIt() {
            var facts = JobFacts.of(job, Lane.BULK).withoutFollowers();

            assertThat(written(settled(facts, answer(10))))
                    .extracting(ProducerRecord::topic)
                    .containsExactly("millrace.results", "millrace.costs");
        }
    }
}
