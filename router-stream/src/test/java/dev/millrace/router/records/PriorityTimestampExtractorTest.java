package dev.millrace.router.records;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.Test;

class PriorityTimestampExtractorTest {
    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");

    private static long timeOf(Instant written) {
        var entry =
                new ConsumerRecord<Object, Object>(
                        "costs",
                        0,
                        0,
                        written.toEpochMilli(),
                        TimestampType.CREATE_TIME,
                        0,
                        0,
                        "key",
                        "value",
                        new RecordHeaders(),
                        Optional.empty());
        return new PriorityTimestampExtractor().extract(entry, 0);
    }

    @Test
    void jobEndComesBeforeEveryRequestWhateverItsClientClaims() {
        assertThat(timeOf(NOW)).isLessThan(RequestTimestampExtractor.OLDEST.toEpochMilli());
        assertThat(timeOf(NOW.plus(Duration.ofDays(3_650))))
                .isLessThan(RequestTimestampExtractor.OLDEST.toEpochMilli());
    }

    @Test
    void originalTimeIsRestored() {
        var shifted = new Record<>("key", "value", timeOf(NOW));

        assertThat(PriorityTimestampExtractor.originalMillis(shifted))
                .isEqualTo(NOW.toEpochMilli());
    }
}
