package dev.millrace.results.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.waiting.Waiting;
import dev.millrace.contracts.waiting.WaitingReason;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class TimeLeftTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final Duration AT_RATE = Duration.ofSeconds(20);

    private static Waiting waiting(WaitingReason reason, @Nullable Duration rest) {
        return new Waiting(
                "m", Optional.empty(), reason, "", Optional.ofNullable(rest).map(NOON::plus), 1);
    }

    private static Optional<Duration> left(Waiting... waits) {
        return TimeLeft.of(AT_RATE, Arrays.asList(waits), NOON);
    }

    @Test
    void isTheTimeAtTheRateWithoutWaits() {
        assertThat(TimeLeft.of(AT_RATE, List.of(), NOON)).contains(AT_RATE);
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "BREAKER",
                "KEY",
                "BUDGET",
                "PAUSE",
                "CLUSTER",
                "NO_ROUTER",
                "NO_WORKER",
                "NO_TOPIC",
                "CHEAPER_HOUR"
            })
    void isUnknownWhileJobsAreStopped(WaitingReason reason) {
        assertThat(left(waiting(reason, null))).isEmpty();
        assertThat(left(waiting(WaitingReason.SLOTS, null), waiting(reason, null))).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            mode = Mode.EXCLUDE,
            names = {
                "BREAKER",
                "KEY",
                "BUDGET",
                "PAUSE",
                "CLUSTER",
                "NO_ROUTER",
                "NO_WORKER",
                "NO_TOPIC",
                "CHEAPER_HOUR"
            })
    void isTheTimeAtTheRateWhileJobsTakeTurns(WaitingReason reason) {
        assertThat(left(waiting(reason, null))).contains(AT_RATE);
    }

    @Test
    void includesTheKnownTimeForWhichJobsAreStopped() {
        assertThat(
                        left(
                                waiting(WaitingReason.BREAKER, Duration.ofSeconds(30)),
                                waiting(WaitingReason.BUDGET, Duration.ofMinutes(10))))
                .contains(Duration.ofMinutes(10).plus(AT_RATE));
    }

    @Test
    void reachesToTheEndOfTheWindowOfALimit() {
        assertThat(left(waiting(WaitingReason.CONFIGURED_LIMIT, Duration.ofHours(3))))
                .contains(Duration.ofHours(3));
        assertThat(left(waiting(WaitingReason.CONFIGURED_LIMIT, Duration.ofSeconds(5))))
                .contains(AT_RATE);
    }
}
