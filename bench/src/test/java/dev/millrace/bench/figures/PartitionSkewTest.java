package dev.millrace.bench.figures;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PartitionSkewTest {
    private final PartitionSkew skew = new PartitionSkew(3, 10);

    private void finish(int... partitions) {
        for (int partition : partitions) {
            skew.onFinished(partition);
        }
        skew.sample();
    }

    @Test
    void evenProgressHasNoSkew() {
        finish(0, 1, 2);

        assertThat(skew.maxSkew()).isZero();
    }

    @Test
    void maxSkewIsTheLargestOfAllSamples() {
        finish(0, 0, 0, 1);
        finish(1, 1, 2, 2, 2);

        assertThat(skew.maxSkew()).isEqualTo(0.3);
    }
}
