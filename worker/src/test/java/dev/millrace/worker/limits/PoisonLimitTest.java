package dev.millrace.worker.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.worker.job.Job;
import dev.millrace.worker.job.Jobs;
import dev.millrace.worker.job.Partition;
import org.junit.jupiter.api.Test;

class PoisonLimitTest {
    private final Partition partition = Jobs.active();
    private final Job first = Jobs.poisonCandidate(partition, 0);
    private final Job second = Jobs.poisonCandidate(partition, 1);
    private final Job ordinary = Jobs.ready(partition, 2);
    private final AdmissionLimit limit = new PoisonLimit();

    private long waitNanos(Job job) {
        return limit.waitNanos(job, 0);
    }

    @Test
    void secondCandidateWaitsForTheFirst() {
        assertThat(waitNanos(first)).isZero();
        limit.reserve(first, 0);

        assertThat(waitNanos(second)).isEqualTo(AdmissionLimit.UNKNOWN);
    }

    @Test
    void ordinaryJobNeitherWaitsNorHoldsACandidateBack() {
        limit.reserve(first, 0);
        assertThat(waitNanos(ordinary)).isZero();

        limit.cancel(first, 0);
        limit.reserve(ordinary, 0);
        assertThat(waitNanos(second)).isZero();
    }

    @Test
    void cancelledCandidateLetsTheNextStart() {
        limit.reserve(first, 0);
        limit.cancel(first, 0);

        assertThat(waitNanos(second)).isZero();
    }

    @Test
    void completedCandidateLetsTheNextStart() {
        limit.reserve(first, 0);
        limit.complete(first, Limits.answered(), 0);

        assertThat(waitNanos(second)).isZero();
    }

    @Test
    void completedOrdinaryJobDoesNotEndTheTurnOfACandidate() {
        limit.reserve(first, 0);
        limit.reserve(ordinary, 0);
        limit.complete(ordinary, Limits.answered(), 0);

        assertThat(waitNanos(second)).isEqualTo(AdmissionLimit.UNKNOWN);
    }
}
