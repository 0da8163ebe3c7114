package dev.millrace.worker.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class CallPacerTest {
    private static final int SLOTS = 1_000;
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final long START = Long.MAX_VALUE - SECOND / 2;

    private final CallPacer pace = new CallPacer(SLOTS, START);

    /** Starts as many calls as permitted, in steps of 10 ms. */
    private int startedWithin(Duration time) {
        int started = 0;
        for (long now = 0; now < time.toNanos(); now += SECOND / 100) {
            while (started < 10 * SLOTS && pace.waitNanos(START + now) == 0) {
                pace.onStarted(START + now);
                started++;
            }
        }
        return started;
    }

    private void ended(int calls, Duration took) {
        for (int i = 0; i < calls; i++) {
            pace.onEnded(took.toNanos());
        }
    }

    @Test
    void allCallsStartBeforeADurationIsKnown() {
        assertThat(startedWithin(Duration.ofMillis(10))).isEqualTo(10 * SLOTS);
    }

    @Test
    void waveIsSpreadOverTheDurationOfACall() {
        ended(2_000, Duration.ofSeconds(1));

        assertThat(startedWithin(Duration.ofSeconds(1)))
                .as("1.25 times the slots, and a credit")
                .isBetween(1_250, 1_350);
    }

    @Test
    void shortCallsAreNotDelayed() {
        ended(2_000, Duration.ofMillis(10));

        assertThat(startedWithin(Duration.ofMillis(10))).isGreaterThan(SLOTS);
    }

    @Test
    void paceFollowsShorterCalls() {
        ended(2_000, Duration.ofSeconds(100));
        ended(2_000, Duration.ofMillis(100));

        assertThat(startedWithin(Duration.ofMillis(100))).isGreaterThan(SLOTS);
    }

    @Test
    void fewCallsAreNotDelayed() {
        ended(2_000, Duration.ofMinutes(10));

        assertThat(startedWithin(Duration.ofMillis(10))).isGreaterThanOrEqualTo(64);
    }

    @Test
    void withdrawnCallDoesNotCount() {
        ended(2_000, Duration.ofSeconds(1));
        int started = startedWithin(Duration.ofMillis(10));
        assertThat(pace.waitNanos(START)).isPositive();
        for (int i = 0; i < started; i++) {
            pace.onWithdrawn();
        }

        assertThat(pace.waitNanos(START)).isZero();
    }

    @Test
    void waitEndsWhenTheNextCallMayStart() {
        ended(2_000, Duration.ofSeconds(1));
        startedWithin(Duration.ofMillis(10));
        long wait = pace.waitNanos(START);

        assertThat(wait).isPositive();
        assertThat(pace.waitNanos(START + wait)).isZero();
    }
}
