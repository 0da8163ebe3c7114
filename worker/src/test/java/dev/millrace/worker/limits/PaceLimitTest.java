package dev.millrace.worker.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.worker.job.Job;
import dev.millrace.worker.job.Jobs;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PaceLimitTest {
    private static final int SLOTS = 1_000;
    private static final long NOW = Long.MAX_VALUE - 5;
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final PaceLimit limit = new PaceLimit(SLOTS);
    private final Job job = Jobs.ready(Jobs.active(), 0);

    private void learn(boolean called) {
        for (int i = 0; i < 2 * SLOTS; i++) {
            limit.complete(job, Limits.answered(called, SECOND), NOW);
        }
    }

    /** Returns how many calls start at once. */
    private int burst() {
        int started = 0;
        for (; started < 2 * SLOTS && limit.waitNanos(job, NOW) == 0; started++) {
            limit.reserve(job, NOW);
        }
        return started;
    }

    @Test
    void callsStartAtOnceWhileNoCallHasEnded() {
        assertThat(burst()).isEqualTo(2 * SLOTS);
        assertThat(limit.untilNextNanos(NOW)).isEqualTo(AdmissionLimit.UNKNOWN);
    }

    @Test
    void callsWaitForTheRateThatEndedCallsHaveShown() {
        learn(true);

        assertThat(burst()).isLessThan(SLOTS / 10);
        long wait = limit.waitNanos(job, NOW);
        assertThat(wait).isBetween(1L, SECOND.toNanos());
        assertThat(limit.untilNextNanos(NOW)).isEqualTo(wait);
        assertThat(limit.waitNanos(job, NOW + wait)).isZero();
    }

    @Test
    void callThatWasNotMadeShowsNoRate() {
        learn(false);

        assertThat(burst()).isEqualTo(2 * SLOTS);
    }

    @Test
    void cancelledCallLetsAnotherStart() {
        learn(true);
        burst();
        limit.cancel(job, NOW);

        assertThat(burst()).isEqualTo(1);
    }
}
