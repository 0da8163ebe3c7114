package dev.millrace.worker.commit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class CommitRateLimiterTest {
    private static final long INTERVAL = Duration.ofMillis(10).toNanos();
    private static final long START = Long.MAX_VALUE - 5 * INTERVAL;

    private final CommitRateLimiter pace = new CommitRateLimiter(Duration.ofMillis(10), START);

    @Test
    void firstTransactionsFollowAtOnceAndLaterOnesKeepTheInterval() {
        long now = START;
        for (int i = 0; i < 4; i++) {
            assertThat(pace.onWritten(now, 1, 1, 0)).isZero();
        }
        for (int i = 0; i < 20; i++) {
            long wait = pace.onWritten(now, 1, 1, 0);
            assertThat(wait).isEqualTo(INTERVAL);
            now += wait;
        }
    }

    @Test
    void transactionsFollowAtOnceAgainAfterAPause() {
        long now = START;
        for (int i = 0; i < 10; i++) {
            now += pace.onWritten(now, 1, 1, 0);
        }
        now += Duration.ofSeconds(1).toNanos();

        assertThat(pace.onWritten(now, 1, 1, 0)).isZero();
    }

    @Test
    void fullLoadSpacesTransactionsByFourTimesTheirCost() {
        long took = Duration.ofMillis(20).toNanos();
        for (int i = 0; i < 4; i++) {
            pace.onWritten(START, took, 1_000, 0);
        }

        assertThat(pace.onWritten(START, took, 1_000, 0)).isEqualTo(4 * took);
    }

    @Test
    void slowSmallTransactionAddsNoSpacing() {
        long took = Duration.ofMillis(20).toNanos();
        for (int i = 0; i < 4; i++) {
            pace.onWritten(START, took, 1, 0);
        }

        assertThat(pace.onWritten(START, took, 1, 0)).isEqualTo(INTERVAL);
    }

    @Test
    void largeLedgersSpaceTransactions() {
        for (int i = 0; i < 4; i++) {
            pace.onWritten(START, 1, 1, 48 << 10);
        }
        assertThat(pace.onWritten(START, 1, 1, 48 << 10))
                .isBetween(INTERVAL, Duration.ofMillis(12).toNanos());
    }

    @Test
    void extraTimeOfALargeTransactionIsNotItsCost() {
        pace.onWritten(START, Duration.ofMillis(5).toNanos(), 10, 0);
        long late = START + Duration.ofMinutes(1).toNanos();
        for (int i = 0; i < 4; i++) {
            pace.onWritten(late, Duration.ofMillis(80).toNanos(), 5_000, 0);
        }

        long later = late + Duration.ofMinutes(1).toNanos();
        for (int i = 0; i < 4; i++) {
            assertThat(pace.onWritten(later, Duration.ofMillis(80).toNanos(), 5_000, 0))
                    .isLessThan(Duration.ofMillis(40).toNanos());
        }
    }

    @Test
    void transactionsThatDoNotWaitDelayLaterOnesByABoundedTime() {
        long took = Duration.ofMillis(5).toNanos();
        for (int i = 0; i < 1_000; i++) {
            pace.onWritten(START, took, 1_000, 0);
        }

        assertThat(pace.onWritten(START, took, 1, 0))
                .isLessThanOrEqualTo(Duration.ofMillis(400).toNanos());
    }

    @Test
    void spacingNeverExceedsTheMaximum() {
        long took = Duration.ofSeconds(20).toNanos();
        for (int i = 0; i < 4; i++) {
            pace.onWritten(START, took, 1_000, 100 << 20);
        }

        assertThat(pace.onWritten(START, took, 1_000, 100 << 20))
                .isEqualTo(Duration.ofMillis(100).toNanos());
    }
}
