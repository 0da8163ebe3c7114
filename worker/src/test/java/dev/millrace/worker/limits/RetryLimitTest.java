package dev.millrace.worker.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.WorkerConfig;
import dev.millrace.worker.job.Job;
import dev.millrace.worker.job.Jobs;
import dev.millrace.worker.job.Partition;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RetryLimitTest {
    private static final long NOW = Long.MAX_VALUE - 5;
    private static final Duration WINDOW = Duration.ofSeconds(10);

    /** Retries allowed without a ratio: one per second. */
    private static final int ALLOWED = 10;

    private final Partition partition = Jobs.active();
    private final Job retry = Jobs.retry(partition, 0);
    private final Job first = Jobs.ready(partition, 1);
    private final AdmissionLimit limit = new RetryLimit(new WorkerConfig.RetryBudget(0, WINDOW));

    @BeforeEach
    void useUpTheBudget() {
        for (int i = 0; i < ALLOWED; i++) {
            assertThat(limit.waitNanos(retry, NOW)).isZero();
            limit.reserve(retry, NOW);
        }
    }

    @Test
    void retryWaitsWhenTheBudgetIsUsedUp() {
        assertThat(limit.waitNanos(retry, NOW)).isBetween(1L, WINDOW.toNanos());
    }

    @Test
    void firstAttemptNeverWaits() {
        assertThat(limit.waitNanos(first, NOW)).isZero();
    }

    @Test
    void cancelledRetryIsGivenBack() {
        limit.cancel(retry, NOW);

        assertThat(limit.waitNanos(retry, NOW)).isZero();
    }

    @Test
    void completedRetryThatWasNotMadeIsGivenBack() {
        limit.complete(retry, Limits.answered(false, Duration.ZERO), NOW);

        assertThat(limit.waitNanos(retry, NOW)).isZero();
    }

    @Test
    void completedRetryIsUsed() {
        limit.complete(retry, Limits.answered(), NOW);

        assertThat(limit.waitNanos(retry, NOW)).isPositive();
    }
}
