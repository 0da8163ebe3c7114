package dev.millrace.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class LostJobsTest {
    private static final Instant START = Instant.parse("2026-11-20T12:00:00Z");

    private Instant now = START;
    private Optional<Instant> oldest = Optional.empty();
    private boolean isReachable = true;
    private final LostJobs lost = new LostJobs(this::look, () -> now);

    private Optional<Instant> look() throws TimeoutException {
        if (!isReachable) {
            throw new TimeoutException("late");
        }
        return oldest;
    }

    private void lookAgain() throws InterruptedException {
        now = now.plus(LostJobs.EVERY);
        lost.runOnce();
    }

    private Instant before() {
        return Instant.ofEpochMilli(lost.getAsLong());
    }

    @Nested
    class WithoutAnyJobInATopic {
        @Test
        void nothingIsLostAfterTheFirstLook() throws InterruptedException {
            lost.runOnce();

            assertThat(lost.getAsLong()).isEqualTo(Long.MIN_VALUE);
        }

        @Test
        void whatCameAWeekBeforeTheFirstLookIsLostAfterTheSecond() throws InterruptedException {
            lost.runOnce();
            lookAgain();

            assertThat(before()).isEqualTo(START.minus(LostJobs.MARGIN));
        }
    }

    @Nested
    class WithAJobInATopic {
        @Test
        void nothingIsLostThatCameLessThanAWeekBeforeIt() throws InterruptedException {
            oldest = Optional.of(START.minus(Duration.ofDays(100)));
            lost.runOnce();
            oldest = Optional.empty();
            lookAgain();

            assertThat(before()).isEqualTo(START.minus(Duration.ofDays(107)));
        }

        @Test
        void aTimeInTheFutureCountsAsNow() throws InterruptedException {
            oldest = Optional.of(START.plus(Duration.ofDays(100)));
            lost.runOnce();
            lookAgain();

            assertThat(before()).isEqualTo(START.minus(LostJobs.MARGIN));
        }
    }

    @Nested
    class WhenTheClusterDoesNotAnswer {
        @Test
        void theLookBeforeHolds() throws InterruptedException {
            lost.runOnce();
            lookAgain();
            Instant known = before();
            isReachable = false;
            lookAgain();

            assertThat(before()).isEqualTo(known);
        }
    }
}
