package dev.millrace.router.records;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.topic.KeyPartitions;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class TerminalRecordTest {
    private static final KeyPartitions KEYS = new KeyPartitions(4);
    private static final byte[] KEY = {1};
    private static final TerminalRecord RECORD = new TerminalRecord("costs", new byte[] {2}, 3);

    private static Optional<Set<Integer>> partitions(TerminalRecord record, int found) {
        return TerminalRecord.samePartition(KEYS).partitions(record.topic(), KEY, record, found);
    }

    @Test
    void goesToThePartitionOfTheRequest() {
        assertThat(partitions(RECORD, 4)).contains(Set.of(3));
    }

    @Test
    void goesByKeyIfTheTopicLacksThatPartition() {
        assertThat(partitions(RECORD, 3)).contains(Set.of(KEYS.of(KEY, 3)));
    }

    @Test
    void goesByKeyToAPlannedPartitionWithoutARequest() {
        var record = TerminalRecord.of(new ProducerRecord<>("answers", null, KEY, new byte[] {2}));

        assertThat(partitions(record, 9)).contains(Set.of(KEYS.of(KEY, 4)));
    }
}
