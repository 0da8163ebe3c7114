package dev.millrace.router.records;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class TerminalRecordTest {
    private static final byte[] KEY = {1};
    private static final TerminalRecord RECORD = new TerminalRecord("costs", new byte[] {2}, 3);

    @Test
    void goesToThePartitionOfTheRequest() {
        assertThat(TerminalRecord.SAME_PARTITION.partitions("results", KEY, RECORD, 4))
                .contains(Set.of(3));
    }

    @Test
    void goesByKeyIfTheTopicLacksThatPartition() {
        assertThat(TerminalRecord.SAME_PARTITION.partitions("results", KEY, RECORD, 3)).isEmpty();
    }
}
