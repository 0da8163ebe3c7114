package dev.millrace.worker.outcome;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.JobLabels;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.job.Priority;
import dev.millrace.contracts.result.AttemptCost;
import dev.millrace.contracts.result.Calls;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.contracts.result.JobEnding;
import dev.millrace.contracts.result.JobFacts;
import dev.millrace.contracts.result.JobResult;
import dev.millrace.contracts.result.Outcome;
import dev.millrace.contracts.result.Provenance;
import dev.millrace.contracts.result.ProviderBody;
import dev.millrace.contracts.result.Route;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.worker.ledger.OpenJob;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class OutputRecordsTest {
    private static final JobId ID = JobId.of("t", "b", "c");
    private static final String KEY = "0123456789abcdef".repeat(4);
    private static final int MAX_BYTES = 1_000;

    private final OutputRecords outputs = new OutputRecords(new Topics("millrace."), MAX_BYTES);

    private static JobHeaders headers(@Nullable Integer partition) {
        return new JobHeaders(
                        new JobHeaders.Identity(ID, "t", "b", null),
                        new JobHeaders.Submission(Priority.NORMAL, null, Instant.EPOCH),
                        new JobHeaders.Route("default/3@v7", List.of("first", "second"), partition))
                .atModel(1, 2, BigDecimal.ZERO, List.of(), null);
    }

    private static JobHeaders cached() {
        return headers(7).withCacheKey(KEY);
    }

    private static ConsumerRecord<byte[], byte[]> jobRecord(JobHeaders job) {
        var record =
                new ConsumerRecord<>("millrace.jobs.first.bulk", 0, 0L, new byte[0], new byte[0]);
        job.writeTo(record.headers());
        return record;
    }

    @Nested
    class ARefusedResult {
        @Test
        void answerEqualsItsReplacement() {
            var body = new ProviderBody.Json("{}".getBytes(UTF_8));
            var provenance =
                    new Provenance(
                            JobFacts.of(cached(), Lane.BULK),
                            Calls.NONE,
                            new JobLabels(null, null));
            var answered = new Outcome.Answered(200, null, body, null);
            var ending =
                    new JobEnding.Settled(
                            new JobResult("c", answered, provenance), AttemptCost.NONE);

            var records = outputs.withoutAnswer(ending).apply("too large");

            assertThat(records)
                    .extracting(ProducerRecord::topic)
                    .containsExactly("millrace.results", "millrace.answers", "millrace.costs");
            assertThat(records.get(1).value()).isEqualTo(records.getFirst().value());
            assertThat(new String(records.getFirst().value(), UTF_8))
                    .contains("response_too_large", "the results topic rejects", "too large");
        }
    }

    @Nested
    class AnUnreadableRecord {
        private static final OpenJob RUNNING = new OpenJob(0, 1, true);

        @Test
        void endsTheJobThatItsHeadersName() {
            var record = jobRecord(cached());
            record.headers().remove(MillraceHeaders.CHAIN);

            assertThat(outputs.unreadable(record, Lane.BULK, "no chain", RUNNING))
                    .extracting(ProducerRecord::topic)
                    .containsExactly("millrace.dead-letters", "millrace.answers", "millrace.costs");
        }

        @Test
        void costsTheParentOfAPart() {
            var parent = JobId.of("t", "b", "parent");
            var record = jobRecord(headers(7).withParent(parent));
            MillraceHeaders.put(record.headers(), MillraceHeaders.PRIORITY, "urgent");

            var records = outputs.unreadable(record, Lane.NORMAL, "unreadable", RUNNING);

            assertThat(records)
                    .extracting(ProducerRecord::topic)
                    .containsExactly("millrace.parts", "millrace.costs");
            assertThat(CostEventCodec.read(records.getLast().value()).jobId()).isEqualTo(parent);
        }

        @Test
        void isOnlyADeadLetterIfItHasNoId() {
            var record = jobRecord(cached());
            record.headers().remove(MillraceHeaders.JOB_ID);

            assertThat(outputs.unreadable(record, Lane.BULK, "no id", RUNNING))
                    .extracting(ProducerRecord::topic)
                    .containsExactly("millrace.dead-letters");
        }
    }

    @Test
    void jobKeepsItsCacheKeyWhenItIsHandedOver() {
        var next = cached().atModel(1, 3, BigDecimal.ZERO, List.of(), null);
        var record = jobRecord(cached());
        MillraceHeaders.removeAll(record.headers());

        var written = outputs.handOver(record, next, Lane.BULK);

        assertThat(JobHeaders.cacheKey(written.headers())).hasValue(KEY);
    }

    @Test
    void costOfAnAttemptGoesToThePartitionOfTheRequestAndNamesItsRoute() {
        var cost = AttemptCost.uncertain(2, "second", BigDecimal.ONE);

        var record = outputs.cost(headers(7), cost);

        CostEvent event = CostEventCodec.read(record.value());
        assertThat(record.partition()).isEqualTo(7);
        assertThat(event.isFinal()).isFalse();
        assertThat(event.eventId()).isEqualTo(CostEvent.idOf(ID, 2));
        assertThat(event.route()).isEqualTo(new Route("default/3@v7", "first"));
        assertThat(event.cost()).isEqualTo(cost);
    }
}
