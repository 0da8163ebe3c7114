package dev.millrace.gateway.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.contracts.job.JobId;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

class ResultLookupsTest {
    private static final int JOBS = 100;

    private static PendingJob job(int number) {
        return new PendingJob(
                JobIdentity.of(JobId.of("acme", "b", "job-" + number), 1),
                "acme",
                "b",
                null,
                Instant.MAX);
    }

    @Test
    void unknownJobIsLookedUp22TimesInAnHour() {
        int lookups = 1;
        Duration wait = ResultLookups.FIRST_LOOKUP;
        for (Duration at = wait; at.toHours() < 1; at = at.plus(wait)) {
            lookups++;
            wait = ResultLookups.nextWait(wait);
        }

        assertThat(lookups).isEqualTo(22);
    }

    /** Concurrent queries for all jobs would take all connections to the sink's database. */
    @Test
    void repeatedLookupsOfAllJobsShareOneThread() {
        Map<String, Thread> threads = new ConcurrentHashMap<>();
        EndedJobs none =
                (_, _, id) -> {
                    threads.put(id, Thread.currentThread());
                    return Optional.empty();
                };
        try (var results = new ResultLookups(none, (_, _) -> {})) {
            for (int i = 0; i < JOBS; i++) {
                results.startLooking(job(i));
            }
            await().until(() -> threads.size() == JOBS);
        }

        assertThat(threads.values()).containsOnly(threads.values().iterator().next());
    }
}
