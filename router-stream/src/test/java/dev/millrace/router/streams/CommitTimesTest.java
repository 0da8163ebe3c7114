package dev.millrace.router.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class CommitTimesTest {
    private static final Duration INTERVAL = Duration.ofMillis(250);

    private final CommitTimes times = new CommitTimes();

    private static long millis(long millis) {
        return Duration.ofMillis(millis).toNanos();
    }

    private void commit(long fromMillis, long toMillis) {
        times.onBegun(millis(fromMillis));
        times.onBegun(millis(toMillis));
        times.onCommitted(millis(toMillis));
    }

    @Test
    void firstCommitIsDueAtOnce() {
        assertThat(times.havePassed(INTERVAL, 0)).isTrue();
    }

    @Test
    void nextCommitIsDueAfterTheInterval() {
        commit(0, 10);

        assertThat(times.havePassed(INTERVAL, millis(259))).isFalse();
        assertThat(times.havePassed(INTERVAL, millis(260))).isTrue();
    }

    @Test
    void recordsGetAsMuchTimeAsASlowCommitTook() {
        commit(0, 1_000);

        assertThat(times.havePassed(Duration.ZERO, millis(1_999))).isFalse();
        assertThat(times.havePassed(Duration.ZERO, millis(2_000))).isTrue();
    }

    @Test
    void recordsGetNoMoreThanTheLongestTime() {
        commit(0, 60_000);
        Duration longest = RouterClientSupplier.LONGEST_TIME_FOR_RECORDS;

        assertThat(times.havePassed(INTERVAL, millis(60_000) + longest.toNanos())).isTrue();
    }

    @Test
    void abortedCommitIsNotTimed() {
        times.onBegun(0);
        times.onAborted();
        commit(5_000, 5_010);

        assertThat(times.havePassed(Duration.ZERO, millis(5_020))).isTrue();
    }
}
