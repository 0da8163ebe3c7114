package dev.millrace.worker.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.worker.capacity.Capacity;
import dev.millrace.worker.job.Job;
import dev.millrace.worker.job.Jobs;
import dev.millrace.worker.job.Partition;
import org.junit.jupiter.api.Test;

class SlotLimitTest {
    private static final int SLOTS = 2;

    private final Partition partition = Jobs.active();
    private final Capacity capacity = Limits.capacity(partition, SLOTS);
    private final AdmissionLimit limit = new SlotLimit(capacity);
    private final Job job = Jobs.ready(partition, 0);

    private long waitNanos() {
        return limit.waitNanos(job, 0);
    }

    @Test
    void callWaitsOnceEverySlotIsReserved() {
        limit.reserve(job, 0);
        assertThat(waitNanos()).isZero();

        limit.reserve(job, 0);
        assertThat(waitNanos()).isEqualTo(AdmissionLimit.UNKNOWN);
    }

    @Test
    void askingReservesNothing() {
        waitNanos();

        assertThat(capacity.inFlight()).isZero();
    }

    @Test
    void cancelledCallGivesItsSlotBack() {
        limit.reserve(job, 0);
        limit.reserve(job, 0);
        limit.cancel(job, 0);

        assertThat(waitNanos()).isZero();
        assertThat(capacity.inFlight()).isEqualTo(1);
    }

    @Test
    void completedCallKeepsItsSlotUntilATransactionTakesItsEnd() {
        limit.reserve(job, 0);
        job.onAnnounced();
        job.onLaunched(Jobs.NOW);
        limit.complete(job, Limits.answered(), 0);

        assertThat(capacity.inFlight()).isEqualTo(1);
    }

    @Test
    void completedCallOfAReleasedJobFreesItsSlot() {
        limit.reserve(job, 0);
        job.end(0);
        limit.complete(job, Limits.answered(), 0);

        assertThat(capacity.inFlight()).isZero();
    }
}
