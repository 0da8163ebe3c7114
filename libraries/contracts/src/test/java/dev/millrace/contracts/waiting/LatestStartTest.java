package dev.millrace.contracts.waiting;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LatestStartTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

    @ParameterizedTest
    @CsvSource({"PT8M, PT16M", "PT20S, PT40S", "PT4S, PT14S", "PT0S, PT10S"})
    void leavesTheMeasuredTimeAndAMargin(Duration slowest, Duration before) {
        assertThat(LatestStart.of(NOON, slowest)).isEqualTo(NOON.minus(before));
    }

    @Test
    void deadlineCanBeAnyTime() {
        assertThat(LatestStart.of(Instant.MIN, Duration.ofDays(1))).isEqualTo(Instant.EPOCH);
        assertThat(LatestStart.of(Instant.MAX, Duration.ofDays(1))).isBefore(Instant.MAX);
    }

    @Test
    void fewTimesAreNoMeasurement() {
        var times = new RecentTimes();
        IntStream.range(0, 19).forEach(_ -> times.add(Duration.ofSeconds(1)));
        assertThat(times.p99(LatestStart.UNMEASURED)).isEqualTo(LatestStart.UNMEASURED);

        times.add(Duration.ofSeconds(-1));

        assertThat(times.p99(LatestStart.UNMEASURED)).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void slowestHundredthIsLeftOut() {
        var times = new RecentTimes();
        IntStream.rangeClosed(1, 1_000).forEach(it -> times.add(Duration.ofSeconds(it)));
        assertThat(times.p99(LatestStart.UNMEASURED)).isEqualTo(Duration.ofSeconds(998));

        IntStream.range(0, 200).forEach(_ -> times.add(Duration.ofSeconds(7)));

        assertThat(times.p99(LatestStart.UNMEASURED)).isEqualTo(Duration.ofSeconds(7));
    }
}
