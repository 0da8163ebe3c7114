package dev.millrace.bench.start;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MedianTest {
    @Test
    void medianOfAnOddNumberIsTheMiddleValue() {
        assertThat(StartBenchCommand.median(List.of(9L, 1L, 5L))).isEqualTo(5);
    }

    @Test
    void medianOfAnEvenNumberIsTheMeanOfTheMiddleValues() {
        assertThat(StartBenchCommand.median(List.of(9L, 1L, 5L, 7L))).isEqualTo(6);
    }
}
