package dev.millrace.sink.partition;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StartPositionTest {
    @Test
    void unknownPartitionStartsAtItsFirstRecord() {
        assertThat(StartPosition.of(null, 7, 9)).isEqualTo(new StartPosition.FirstRecord(7));
    }

    @Test
    void knownPartitionStartsAtTheStoredOffset() {
        assertThat(StartPosition.of(8L, 7, 9)).isEqualTo(new StartPosition.Resume(8));
    }

    @Test
    void storedOffsetMayBeTheFirstRecordOrTheEnd() {
        assertThat(StartPosition.of(7L, 7, 9)).isEqualTo(new StartPosition.Resume(7));
        assertThat(StartPosition.of(9L, 7, 9)).isEqualTo(new StartPosition.Resume(9));
    }

    @Test
    void recordsAreLostIfTheNextOneWasDeleted() {
        assertThat(StartPosition.of(6L, 7, 9)).isEqualTo(new StartPosition.RecordsLost(6, 7));
    }

    @Test
    void partitionIsReadAgainIfItsLogEndsBeforeTheStoredOffset() {
        assertThat(StartPosition.of(10L, 7, 9)).isEqualTo(new StartPosition.Reread(10, 7));
    }
}
