package dev.millrace.sink;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StartTest {
    @Test
    void ofAnUnknownPartitionIsItsFirstRecord() {
        assertThat(Start.of(null, 7, 9)).isEqualTo(new Start.First(7));
    }

    @Test
    void isWhereTheDatabaseStands() {
        assertThat(Start.of(8L, 7, 9)).isEqualTo(new Start.GoOn(8));
    }

    @Test
    void mayBeTheFirstRecordAndTheEnd() {
        assertThat(Start.of(7L, 7, 9)).isEqualTo(new Start.GoOn(7));
        assertThat(Start.of(9L, 7, 9)).isEqualTo(new Start.GoOn(9));
    }

    @Test
    void isLostWhenTheNextRecordIsGone() {
        assertThat(Start.of(6L, 7, 9)).isEqualTo(new Start.Lost(6, 7));
    }

    @Test
    void isAgainWhenTheLogEndsBefore() {
        assertThat(Start.of(10L, 7, 9)).isEqualTo(new Start.Again(10, 7));
    }
}
