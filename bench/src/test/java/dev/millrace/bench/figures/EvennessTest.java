package dev.millrace.bench.figures;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EvennessTest {
    private final Evenness evenness = new Evenness(3, 10);

    private void finish(int... partitions) {
        for (int partition : partitions) {
            evenness.onFinished(partition);
        }
        evenness.sample();
    }

    @Test
    void isZeroWhilePartitionsProgressTogether() {
        finish(0, 1, 2);

        assertThat(evenness.largestPart()).isZero();
    }

    @Test
    void keepsTheLargestDifferenceOfAllMoments() {
        finish(0, 0, 0, 1);
        finish(1, 1, 2, 2, 2);

        assertThat(evenness.largestPart()).isEqualTo(0.3);
    }
}
