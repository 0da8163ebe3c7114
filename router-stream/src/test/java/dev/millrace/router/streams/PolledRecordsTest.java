package dev.millrace.router.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.router.message.CommitTrigger;
import dev.millrace.router.message.RoutingMessage.Origin;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class PolledRecordsTest {
    private static final TopicPartition REQUESTS = new TopicPartition("requests", 0);

    private final PolledRecords polled = new PolledRecords(0);

    private void poll(long first, long last) {
        List<ConsumerRecord<byte[], byte[]>> records =
                LongStream.rangeClosed(first, last)
                        .mapToObj(
                                it ->
                                        new ConsumerRecord<>(
                                                REQUESTS.topic(), 0, it, new byte[0], new byte[0]))
                        .toList();
        polled.onPolled(new ConsumerRecords<>(Map.of(REQUESTS, records), Map.of()));
    }

    private void process(long offset) {
        polled.onRecord(new Origin(REQUESTS.topic(), 0, offset), 0);
    }

    @Nested
    class Waiting {
        @Test
        void countsRecordsThatArePolledButNotProcessed() {
            poll(100, 119);
            process(100);
            poll(120, 129);
            process(101);

            assertThat(polled.waiting(REQUESTS)).isEqualTo(28);
        }

        @Test
        void ofTopicsCountsTheRecordsOfTheseTopics() {
            poll(100, 119);
            process(100);

            assertThat(polled.waiting(Set.of(REQUESTS.topic()))).isEqualTo(19);
            assertThat(polled.waiting(Set.of("costs"))).isZero();
        }

        @Test
        void isZeroAfterTheLastRecordIsProcessed() {
            poll(100, 119);
            process(119);

            assertThat(polled.waiting(REQUESTS)).isZero();
        }

        @Test
        void excludesRecordsThatAnotherRouterProcessedBeforeThePartitionCameBack() {
            poll(100, 100);
            process(100);
            poll(5_000, 5_001);

            assertThat(polled.waiting(REQUESTS)).isEqualTo(2);
        }

        @Test
        void isZeroForAPartitionThatIsReassignedAndIdle() {
            poll(100, 119);
            process(100);
            polled.onAssigned(Set.of());
            polled.onAssigned(Set.of(REQUESTS));

            assertThat(polled.waiting(REQUESTS)).isZero();
        }

        @Test
        void countsRecordsOfAnAbortedTransactionAgain() {
            poll(100, 119);
            process(100);
            process(101);
            poll(100, 119);
            process(100);

            assertThat(polled.waiting(REQUESTS)).isEqualTo(19);
        }
    }

    @Nested
    class PollTimeout {
        private static final Duration LONG = Duration.ofMillis(250);

        private Duration waitAt(Duration time) {
            return polled.pollTimeout(LONG, time.toNanos());
        }

        @Test
        void isShortAfterTheStartAndAfterEachRecord() {
            assertThat(waitAt(Duration.ZERO)).isEqualTo(CommitTrigger.TICK);

            var late = Duration.ofHours(1);
            polled.onRecord(new Origin(REQUESTS.topic(), 0, 7), late.toNanos());
            assertThat(waitAt(late)).isEqualTo(CommitTrigger.TICK);
        }

        @Test
        void isFullAfterAnIdlePeriod() {
            assertThat(waitAt(PolledRecords.BUSY)).isEqualTo(LONG);
        }

        @Test
        void isNeverLongerThanStreamsRequests() {
            assertThat(polled.pollTimeout(Duration.ZERO, 0)).isEqualTo(Duration.ZERO);
        }
    }
}
