package dev.millrace.router.waiting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.JobId;
import dev.millrace.router.entry.TreeStore;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests a store's knowledge of its jobs when the entry of its totals cannot be read. */
class WaitingJobStoreTest {
    private static final String GROUP = "0".repeat(64);

    private final TreeStore entries = new TreeStore();
    private long nextSequence;

    @BeforeEach
    void twoJobsWaitAndTheLaterOneEnds() {
        var jobs = new WaitingJobStore(entries);
        for (String id : new String[] {"a", "b", "c"}) {
            jobs.add(job(id, jobs.nextSequence()), new byte[0]);
        }
        jobs.remove(job("c", 2));
        nextSequence = jobs.nextSequence();
        jobs.save();
    }

    private static WaitingJob job(String id, long sequence) {
        return new WaitingJob(
                GROUP,
                sequence,
                JobId.of("acme", "batch", id),
                "acme",
                "batch",
                Instant.EPOCH,
                null,
                null);
    }

    private WaitingJobStore withoutReadableTotals() {
        entries.put(entries.entries('T').keySet().iterator().next(), new byte[] {99});
        return new WaitingJobStore(entries);
    }

    @Test
    void savedTotalsAreReadAgain() {
        var reopened = new WaitingJobStore(entries);

        assertThat(reopened.waiting()).isEqualTo(2);
        assertThat(reopened.nextSequence()).isEqualTo(nextSequence);
    }

    @Test
    void jobsAreCountedAgain() {
        assertThat(withoutReadableTotals().waiting()).isEqualTo(2);
    }

    @Test
    void noPositionOfAnEndedJobIsUsedAgain() {
        assertThat(withoutReadableTotals().nextSequence()).isGreaterThan(nextSequence);
    }
}
