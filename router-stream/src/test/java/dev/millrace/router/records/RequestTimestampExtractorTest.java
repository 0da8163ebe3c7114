package dev.millrace.router.records;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTimestampExtractorTest {
    private final InstantSource clock = InstantSource.fixed(Instant.parse("2026-11-20T12:00:00Z"));
    private final RequestTimestampExtractor time = new RequestTimestampExtractor(clock);

    private long timeOf(long timestamp) {
        return timeOf(timestamp, TimestampType.CREATE_TIME);
    }

    private long timeOf(long timestamp, TimestampType type) {
        var entry =
                new ConsumerRecord<Object, Object>(
                        "requests",
                        0,
                        0,
                        timestamp,
                        type,
                        0,
                        0,
                        "key",
                        "value",
                        new RecordHeaders(),
                        Optional.empty());
        return time.extract(entry, 0);
    }

    @Test
    void pastTimestampIsKept() {
        long before = clock.millis() - Duration.ofDays(3).toMillis();

        assertThat(timeOf(before)).isEqualTo(before);
    }

    @Test
    void futureTimestampBecomesNow() {
        assertThat(timeOf(clock.millis() + 1)).isEqualTo(clock.millis());
    }

    /** The job was sent after a command; a client's or this router's clock is 60 s slow. */
    @Test
    void timeOfABrokerIsKeptWhateverTheClockOfTheRouter() {
        Instant command = clock.instant().plusSeconds(50);
        Instant before = command.minusMillis(1);
        Instant after = command.plusMillis(1);

        assertThat(timeOf(before.toEpochMilli(), TimestampType.LOG_APPEND_TIME))
                .isEqualTo(before.toEpochMilli());
        assertThat(timeOf(after.toEpochMilli(), TimestampType.LOG_APPEND_TIME))
                .isEqualTo(after.toEpochMilli());
    }

    @Test
    void timeOfABrokerWithAWrongClockBecomesNow() {
        Instant limit = clock.instant().plus(RequestTimestampExtractor.MAX_BROKER_LEAD);

        assertThat(timeOf(limit.toEpochMilli(), TimestampType.LOG_APPEND_TIME))
                .isEqualTo(limit.toEpochMilli());
        assertThat(timeOf(limit.toEpochMilli() + 1, TimestampType.LOG_APPEND_TIME))
                .isEqualTo(clock.millis());
        assertThat(timeOf(86_400_000, TimestampType.LOG_APPEND_TIME)).isEqualTo(clock.millis());
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 1, Long.MIN_VALUE, Long.MAX_VALUE, 86_400_000, 1_000_000_000_000L})
    void missingOrImplausibleTimestampBecomesNow(long timestamp) {
        assertThat(timeOf(timestamp)).isEqualTo(clock.millis());
    }

    @Test
    void otherUnitsAreConverted() {
        long before = clock.millis() - Duration.ofDays(3).toMillis();

        assertThat(timeOf(before / 1_000)).isEqualTo(before);
        assertThat(timeOf(before * 1_000 + 7)).isEqualTo(before);
        assertThat(timeOf(before * 1_000_000 + 7)).isEqualTo(before);
    }

    @Property
    void everyTimestampBecomesAPlausibleTime(@ForAll long timestamp, @ForAll TimestampType type) {
        Duration lead =
                type == TimestampType.LOG_APPEND_TIME
                        ? RequestTimestampExtractor.MAX_BROKER_LEAD
                        : Duration.ZERO;

        assertThat(timeOf(timestamp, type))
                .isBetween(
                        RequestTimestampExtractor.OLDEST.toEpochMilli(),
                        clock.millis() + lead.toMillis());
    }
}
