package dev.millrace.bench.figures;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class StolenTimeTest {
    private final Deque<String> lines = new ArrayDeque<>();
    private final StolenTime stolen = new StolenTime(lines::removeFirst);

    private static Instant second(int second) {
        return Instant.ofEpochSecond(second);
    }

    private void sample(int second, String line) {
        lines.add(line);
        stolen.sample(second(second));
    }

    @Test
    void partIsCountedBetweenTheSamplesAroundTheTimes() {
        sample(1, "cpu  100 0 0 900 0 0 0 10 50 0");
        sample(3, "cpu  120 0 0 940 0 0 0 50 70 0");
        sample(5, "cpu  220 0 0 940 0 0 0 150 70 0");

        assertThat(stolen.between(second(2), second(3))).hasValue(0.4);
        assertThat(stolen.between(second(3), second(4))).hasValue(0.5);
        assertThat(stolen.between(second(0), second(9))).hasValue(140.0 / 300);
    }

    @Test
    void nothingIsMeasuredOnOtherSystems() {
        for (String line : List.of("", "cpu  1 2 3 4")) {
            sample(1, line);
        }

        assertThat(stolen.between(second(0), second(1))).isEmpty();
    }

    @Test
    void oneSampleIsNoMeasurement() {
        sample(1, "cpu  100 0 0 900 0 0 0 10");

        assertThat(stolen.between(second(0), second(1))).isEmpty();
    }
}
