package dev.millrace.gateway.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contracts.job.JobId;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class PendingJobsTest {
    private static final long SIZE = 100;

    private final PendingJobs jobs = new PendingJobs(4, 10 * SIZE);

    private PendingJob add(String tenant, int number) {
        var id = JobId.of(tenant, "gateway", "job-" + number);
        return jobs.add(
                new PendingJob(
                        new JobIdentity("job-" + number, id, 0),
                        tenant,
                        "gateway",
                        null,
                        Instant.MAX),
                SIZE);
    }

    @Test
    void oneTenantLeavesHalfOfTheRoomToOthers() {
        PendingJob first = add("acme", 1);
        var _ = add("acme", 2);

        assertThatThrownBy(() -> add("acme", 3))
                .isInstanceOf(JobRefusal.class)
                .hasMessageContaining("tenant acme");
        var _ = add("globex", 1);
        var _ = add("globex", 2);
        assertThatThrownBy(() -> add("initech", 1))
                .isInstanceOf(JobRefusal.class)
                .hasMessageContaining("this gateway");

        assertThat(jobs.leave(first)).isTrue();
        var _ = add("acme", 3);
        assertThat(jobs.count()).isEqualTo(4);
        assertThat(jobs.bytes()).isEqualTo(4 * SIZE);
    }

    @Test
    void joinedJobTakesNoFurtherRoom() {
        PendingJob first = add("acme", 1);
        var _ = add("acme", 2);

        assertThat(add("acme", 1)).isSameAs(first);
        assertThat(jobs.leave(first)).isFalse();
        assertThat(jobs.leave(first)).isTrue();
        assertThat(jobs.count()).isEqualTo(1);
    }
}
