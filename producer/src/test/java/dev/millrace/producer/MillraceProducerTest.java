package dev.millrace.producer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contracts.header.SubmissionHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.memory.HeapShare;
import java.math.BigDecimal;
import java.util.Map;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class MillraceProducerTest {
    private static final byte[] LINE =
            "{\"custom_id\":\"a\",\"url\":\"/v1/responses\",\"body\":{\"model\":\"m\"}}"
                    .getBytes(UTF_8);

    private final MockProducer<byte[], byte[]> kafka =
            new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final MillraceProducer producer =
            new MillraceProducer(
                    kafka,
                    new ProducerSettings(
                            Map.of("bootstrap.servers", "unused:1"),
                            "requests",
                            "millrace.",
                            1 << 20,
                            null));

    private static ParsedLine line(byte[] bytes, long size) {
        return ParsedLine.of(new BatchLine(7, bytes, size));
    }

    private ProducerRecord<byte[], byte[]> sent() {
        return kafka.history().getFirst();
    }

    @Nested
    class WhenALineIsSent {
        @Test
        void itsBytesAreSentWithItsJobIdAsKey() {
            var _ = producer.send(line(LINE, LINE.length), "b");

            assertThat(sent().topic()).isEqualTo("requests");
            assertThat(sent().value()).isEqualTo(LINE);
            assertThat(new String(sent().key(), UTF_8))
                    .isEqualTo(JobId.of("default", "b", "a").value());
        }

        @Test
        void theHeadersNameItsSource() {
            var _ = producer.send(line(LINE, LINE.length), "b");

            assertThat(SubmissionHeaders.read(sent().headers()))
                    .isEqualTo(new SubmissionHeaders(null, "b", 7L, null, null));
        }

        @Test
        void theHeadersNameTheLimitOfItsBatch() {
            var limited =
                    new MillraceProducer(
                            kafka,
                            new ProducerSettings(
                                    Map.of(),
                                    "requests",
                                    "millrace.",
                                    1 << 20,
                                    null,
                                    HeapShare.AMPLE,
                                    new BigDecimal("2.50"),
                                    SubmissionHeaders.Defaults.NONE));

            var _ = limited.send(line(LINE, LINE.length), "b");

            assertThat(SubmissionHeaders.read(sent().headers()).batchLimitUsd()).isEqualTo("2.5");
        }

        @Test
        void aResentLineKeepsItsNumber() {
            var _ = producer.send(line(LINE, LINE.length), "b", 3);

            assertThat(SubmissionHeaders.read(sent().headers()).line()).isEqualTo(3);
        }

        @Test
        void theFutureCompletesWithKafkasAcknowledgement() {
            var published = producer.send(line(LINE, LINE.length), "b");
            assertThat(published).isNotDone();

            kafka.completeNext();

            assertThat(published).isCompletedWithValue(new Published("requests", 0, 0));
        }

        @Test
        void theFutureFailsWithKafkasException() {
            var published = producer.send(line(LINE, LINE.length), "b");

            kafka.errorNext(new TimeoutException("broker away"));

            assertThat(published).isCompletedExceptionally();
        }
    }

    @Nested
    class WhenALineIsMalformed {
        @Test
        void theRecordHasNoKey() {
            byte[] cut = "{\"custom_id\":\"".getBytes(UTF_8);

            var _ = producer.send(line(cut, cut.length), "b");

            assertThat(sent().key()).isNull();
            assertThat(sent().value()).isEqualTo(cut);
        }
    }

    @Nested
    class WhenALineIsOverTheLimit {
        @Test
        void aPlaceholderIsSentWithItsSize() {
            var _ =
                    producer.send(
                            line("{\"custom_id\":\"a\",\"x".getBytes(UTF_8), 17_000_000), "b");

            assertThat(new String(sent().value(), UTF_8)).isEqualTo("{\"custom_id\":\"a\"}");
            assertThat(SubmissionHeaders.read(sent().headers()).oversizeBytes())
                    .isEqualTo(17_000_000);
        }
    }

    @Nested
    class WhenTheBatchNameIsInvalid {
        @Test
        void nothingIsSent() {
            assertThatThrownBy(() -> producer.send(line(LINE, LINE.length), "b".repeat(257)))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(kafka.history()).isEmpty();
        }
    }

    @Test
    void settingsHideClientSecrets() {
        var settings = new ProducerSettings(Map.of("sasl.jaas.config", "hush"));

        assertThat(settings.toString()).doesNotContain("hush");
    }
}
