package dev.millrace.bench.contender;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UnfinishedOffsetsTest {
    private final UnfinishedOffsets offsets = new UnfinishedOffsets();

    UnfinishedOffsetsTest() {
        offsets.onTaken(5);
        offsets.onTaken(6);
        offsets.onTaken(8);
    }

    @Test
    void finishedOffsetDoesNotPassALowerUnfinishedOne() {
        offsets.onFinished(6);

        assertThat(offsets.lowestUnfinished()).isEqualTo(5);
    }

    @Test
    void nextUnfinishedOffsetBecomesTheLowest() {
        offsets.onFinished(6);
        offsets.onFinished(5);

        assertThat(offsets.lowestUnfinished()).isEqualTo(8);
    }

    @Test
    void nextOffsetIsTheLowestWhenAllAreFinished() {
        offsets.onFinished(8);
        offsets.onFinished(5);
        offsets.onFinished(6);

        assertThat(offsets.lowestUnfinished()).isEqualTo(9);
    }
}
