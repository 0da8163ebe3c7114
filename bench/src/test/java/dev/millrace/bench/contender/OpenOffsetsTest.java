package dev.millrace.bench.contender;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OpenOffsetsTest {
    private final OpenOffsets offsets = new OpenOffsets();

    OpenOffsetsTest() {
        offsets.onTaken(5);
        offsets.onTaken(6);
        offsets.onTaken(8);
    }

    @Test
    void theLowestUnfinishedOneHoldsTheOthersBack() {
        offsets.onFinished(6);

        assertThat(offsets.lowestUnfinished()).isEqualTo(5);
    }

    @Test
    void aFinishedOneLetsTheNextUnfinishedOneBeTheLowest() {
        offsets.onFinished(6);
        offsets.onFinished(5);

        assertThat(offsets.lowestUnfinished()).isEqualTo(8);
    }

    @Test
    void whenAllAreFinishedTheNextRecordIsTheLowest() {
        offsets.onFinished(8);
        offsets.onFinished(5);
        offsets.onFinished(6);

        assertThat(offsets.lowestUnfinished()).isEqualTo(9);
    }
}
