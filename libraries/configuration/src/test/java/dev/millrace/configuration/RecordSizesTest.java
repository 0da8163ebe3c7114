package dev.millrace.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RecordSizesTest {
    @Test
    void eachStageAcceptsTheLargestOutputOfThePreviousOne() {
        var sizes = RecordSizes.of(TopicsConfig.CLUSTER);

        assertThat(sizes.request()).isGreaterThan(TopicsConfig.CLUSTER.maxRequestBytes());
        assertThat(sizes.job()).isGreaterThan(sizes.request());
        assertThat(sizes.deadLetter()).isGreaterThan(sizes.job());
        assertThat(sizes.largest()).isGreaterThanOrEqualTo(sizes.result());
    }
}
