package dev.millrace.router.background;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class LostJobDetectorTest {
    private static final Instant START = Instant.parse("2026-11-20T12:00:00Z");

    private Instant now = START;
    private Optional<Instant> oldest = Optional.empty();
    private boolean isReachable = true;
    private final LostJobDetector lost = new LostJobDetector(this::oldestJob, () -> now);

    private Optional<Instant> oldestJob() throws TimeoutException {
        if (!isReachable) {
            throw new TimeoutException("late");
        }
        return oldest;
    }

    private void runAgain() throws InterruptedException {
        now = now.plus(LostJobDetector.INTERVAL);
        lost.runOnce();
    }

    private Instant bound() {
        return Instant.ofEpochMilli(lost.getAsLong());
    }

    @Nested
    class WhenJobTopicsAreEmpty {
        @Test
        void noJobIsLostAfterTheFirstLookup() throws InterruptedException {
            lost.runOnce();

            assertThat(lost.getAsLong()).isEqualTo(Long.MIN_VALUE);
        }

        @Test
        void jobsOlderThanTheMarginAreLostAfterTheSecondLookup() throws InterruptedException {
            lost.runOnce();
            runAgain();

            assertThat(bound()).isEqualTo(START.minus(LostJobDetector.MARGIN));
        }
    }

    @Nested
    class WhenAJobTopicHasJobs {
        @Test
        void jobsWithinTheMarginOfTheOldestJobAreNotLost() throws InterruptedException {
            oldest = Optional.of(START.minus(Duration.ofDays(100)));
            lost.runOnce();
            oldest = Optional.empty();
            runAgain();

            assertThat(bound()).isEqualTo(START.minus(Duration.ofDays(107)));
        }

        @Test
        void timestampInTheFutureCountsAsNow() throws InterruptedException {
            oldest = Optional.of(START.plus(Duration.ofDays(100)));
            lost.runOnce();
            runAgain();

            assertThat(bound()).isEqualTo(START.minus(LostJobDetector.MARGIN));
        }
    }

    @Nested
    class WhenTheClusterDoesNotAnswer {
        @Test
        void failedLookupKeepsTheBound() throws InterruptedException {
            lost.runOnce();
            runAgain();
            Instant known = bound();
            isReachable = false;
            runAgain();

            assertThat(bound()).isEqualTo(known);
        }
    }
}
