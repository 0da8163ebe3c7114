package dev.millrace.worker.tier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.worker.tier.TierStarts.Needs;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TierStartsTest {
    private static final Instant DEADLINE = Instant.parse("2026-11-30T12:00:00Z");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // A short call has a margin of ten seconds, a long one its own duration.
                "PT1S   | PT5S  | PT0S   | 11:59:49 | 11:59:44",
                "PT10S  | PT5S  | PT0S   | 11:59:40 | 11:59:35",
                "PT1M   | PT15M | PT0S   | 11:58:00 | 11:43:00",
                // Jobs that wait for the cheaper tier may all need the standard one.
                "PT1M   | PT15M | PT30M  | 11:28:00 | 11:13:00",
                // Nothing was measured.
                "PT10M  | PT15M | PT0S   | 11:40:00 | 11:25:00",
            })
    void leavesTimeForWhatFollows(
            Duration standard,
            Duration cheaper,
            Duration backlog,
            String latestStandard,
            String latestCheaper) {
        var start = TierStarts.of(DEADLINE, new Needs(standard, cheaper, backlog));

        assertThat(start.standard()).isEqualTo("2026-11-30T" + latestStandard + "Z");
        assertThat(start.cheaper()).isEqualTo("2026-11-30T" + latestCheaper + "Z");
    }

    @Test
    void cheaperTierIsAllowedUntilTheLastNanosecond() {
        var start = new TierStarts(DEADLINE, DEADLINE.minusSeconds(5));

        assertThat(start.allowsCheaper(DEADLINE.minusSeconds(5).minusNanos(1))).isTrue();
        assertThat(start.allowsCheaper(DEADLINE.minusSeconds(5))).isFalse();
    }

    @Test
    void deadlineBeforeAllTimeIsTooLate() {
        var start =
                TierStarts.of(
                        Instant.MIN, new Needs(Duration.ofDays(1), Duration.ZERO, Duration.ZERO));

        assertThat(start.allowsCheaper(DEADLINE)).isFalse();
    }
}
