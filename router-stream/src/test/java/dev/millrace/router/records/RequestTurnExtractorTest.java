package dev.millrace.router.records;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.Test;

class RequestTurnExtractorTest {
    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
    private static final long OLD = NOW.minus(Duration.ofDays(3)).toEpochMilli();

    private final RequestTurnExtractor turns = new RequestTurnExtractor(InstantSource.fixed(NOW));
    private final Headers headers = new RecordHeaders();

    private long extract(long timestamp) {
        var entry =
                new ConsumerRecord<Object, Object>(
                        "requests",
                        0,
                        0,
                        timestamp,
                        TimestampType.CREATE_TIME,
                        0,
                        0,
                        "key",
                        "value",
                        headers,
                        Optional.empty());
        return turns.extract(entry, 0);
    }

    private Record<String, String> restored() {
        return RequestTurnExtractor.restore(new Record<>("key", "value", 0, headers));
    }

    @Test
    void requestIsDatedWhenItIsNextWhateverItsOwnTime() {
        assertThat(extract(OLD)).isEqualTo(NOW.toEpochMilli());
    }

    @Test
    void timeOfTheRecordIsRestoredWithItsHeaders() {
        headers.add("own", "value".getBytes(UTF_8));
        extract(OLD);

        assertThat(restored().timestamp()).isEqualTo(OLD);
        assertThat(restored().headers()).extracting(Header::key).containsExactly("own");
    }

    @Test
    void timeThatAClientPutsIntoTheHeaderIsIgnored() {
        headers.add(RequestTurnExtractor.RECORD_TIME, "forged".getBytes(UTF_8));
        extract(OLD);

        assertThat(restored().timestamp()).isEqualTo(OLD);
        assertThat(restored().headers()).isEmpty();
    }
}
