package dev.millrace.sink.partition;

import static dev.millrace.sink.fixture.Cluster.TOPICS;
import static dev.millrace.store.fixture.Records.RESULTS_0;
import static dev.millrace.store.fixture.Records.result;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.sink.kafka.RowConverter;
import dev.millrace.store.row.OffsetChange;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class AssignmentTest {
    private static final TopicPartition ASSIGNED = new TopicPartition(TOPICS.results(), 0);
    private static final TopicPartition LOST = new TopicPartition(TOPICS.results(), 1);

    private static List<ConsumerRecord<byte[], byte[]>> recordsOf(TopicPartition name) {
        return List.of(
                new ConsumerRecord<>(
                        name.topic(), name.partition(), 7, new byte[0], result("b", 1, "x")));
    }

    @Test
    void recordsOfAPartitionLostWithinThePollAreSkipped() {
        var assignment = new Assignment();
        assignment.add(ASSIGNED, RESULTS_0, 7);
        var next = new OffsetAndMetadata(8);
        var polled =
                new ConsumerRecords<>(
                        Map.of(ASSIGNED, recordsOf(ASSIGNED), LOST, recordsOf(LOST)),
                        Map.of(ASSIGNED, next, LOST, next));

        var transaction = assignment.transactionOf(polled, new RowConverter(TOPICS));

        assertThat(transaction.rows())
                .singleElement()
                .satisfies(row -> assertThat(row.position().partition()).isEqualTo(RESULTS_0));
        assertThat(transaction.offsetChanges()).containsExactly(new OffsetChange(RESULTS_0, 7, 8));
    }
}
