package dev.millrace.gateway.publish;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.header.SubmissionHeaders;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.gateway.publish.input.LineSource;
import dev.millrace.gateway.submission.BatchRecords;
import dev.millrace.gateway.submission.Submission;
import dev.millrace.producer.BatchFileReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchTransactionsTest {
    private static final TopicPartition PARTITION = new TopicPartition("millrace.submissions", 0);
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final BatchTransactions transactions =
            new BatchTransactions(
                    producer,
                    new BatchRecords(
                            new Topics("millrace."), _ -> Optional.of("millrace.requests")),
                    BatchTransactions.MAX_LINES);

    @BeforeEach
    void join() {
        transactions.onPoll(new MockConsumer<byte[], byte[]>("earliest").groupMetadata());
    }

    /** Returns a batch that a broker appended at noon. */
    private static OwnedBatch created(Instant time) {
        var submission =
                new Submission(
                        "batch_1",
                        "acme",
                        new Submission.InputFile("file", Optional.empty()),
                        Endpoint.CHAT_COMPLETIONS,
                        "24h",
                        Map.of(),
                        time,
                        time.plus(Duration.ofDays(1)),
                        Submission.Spending.NONE,
                        Optional.empty(),
                        "ada",
                        Optional.empty());
        return new OwnedBatch(
                PARTITION, 0, submission, NOON, Progress.none(submission.id()), Instant.EPOCH, 0);
    }

    private static ConsumerRecord<byte[], byte[]> appended(
            ProducerRecord<byte[], byte[]> record, Instant time) {
        return new ConsumerRecord<>(
                record.topic(),
                0,
                0,
                time.toEpochMilli(),
                TimestampType.LOG_APPEND_TIME,
                0,
                0,
                record.key(),
                record.value(),
                record.headers(),
                Optional.empty());
    }

    /** Returns the submission time that a published line of a batch claims. */
    private Instant lineTime(OwnedBatch batch) throws IOException {
        byte[] line = "{\"custom_id\":\"a\",\"body\":{\"model\":\"gpt-4.1\"}}".getBytes(UTF_8);
        var reader = new BatchFileReader(new ByteArrayInputStream(line), 1_000);
        try (var open = new OpenBatch(batch, LineSource.of(reader), null)) {
            assertThat(transactions.publishSome(open)).isTrue();
        }
        var request = producer.history().getFirst();
        Instant time = SubmissionHeaders.read(request.headers()).submittedAt();
        assertThat(time).isNotNull();
        return time;
    }

    /** An operator's {@code cancel} at the brokers' noon applies to every line. */
    @ParameterizedTest
    @CsvSource({"60, 0", "0, 0", "-60, -60"})
    void noLineIsYoungerThanTheRecordOfItsBatchWhateverTheClockOfTheGateway(
            int created, int submitted) throws Exception {
        assertThat(lineTime(created(NOON.plusSeconds(created))))
                .isEqualTo(NOON.plusSeconds(submitted));
    }

    @Test
    void batchThatWasMovedBackKeepsItsTimes() {
        transactions.moveBack(List.of(created(NOON.plusSeconds(60))));

        var moved = producer.history().getLast();
        assertThat(SubmissionReader.appendedAt(appended(moved, NOON.plusSeconds(30))))
                .isEqualTo(NOON);
        assertThat(Submission.read(moved.value()).createdAt()).isEqualTo(NOON.plusSeconds(60));
    }
}
