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
        return add(jobs, tenant, number);
    }

    private static PendingJob add(PendingJobs jobs, String tenant, int number) {
        return follow(jobs, tenant, JobId.of(tenant, "gateway", "job-" + number));
    }

    private PendingJob follow(String tenant, JobId id) {
        return follow(jobs, tenant, id);
    }

    private static PendingJob follow(PendingJobs jobs, String tenant, JobId id) {
        return jobs.add(
                new PendingJob(new JobIdentity("job", id, 0), tenant, "gateway", null, Instant.MAX),
                SIZE);
    }

    @Test
    void tenantLeavesHalfOfTheRoomToOthers() {
        PendingJob first = add("acme", 1);
        var _ = add("acme", 2);

        assertThatThrownBy(() -> add("acme", 3))
                .isInstanceOf(JobRefusal.class)
                .hasMessageContaining("tenant acme");
        var _ = add("globex", 1);
        assertThatThrownBy(() -> add("globex", 2))
                .isInstanceOf(JobRefusal.class)
                .hasMessageContaining("tenant globex");
        var _ = add("initech", 1);
        assertThatThrownBy(() -> add("umbrella", 1))
                .isInstanceOf(JobRefusal.class)
                .hasMessageContaining("this gateway");

        assertThat(jobs.leave(first, "acme")).isTrue();
        var _ = add("umbrella", 1);
        assertThat(jobs.count()).isEqualTo(4);
        assertThat(jobs.bytes()).isEqualTo(4 * SIZE);
    }

    @Test
    void tenantLeavesHalfOfTheMemoryToOthers() {
        var many = new PendingJobs(100, 5 * SIZE);
        PendingJob first = add(many, "acme", 1);
        var _ = add(many, "acme", 2);

        assertThatThrownBy(() -> add(many, "acme", 3))
                .isInstanceOf(JobRefusal.class)
                .hasMessageContaining("tenant acme");
        var _ = add(many, "globex", 1);

        assertThat(many.leave(first, "acme")).isTrue();
        var _ = add(many, "acme", 3);
        assertThat(many.bytes()).isEqualTo(3 * SIZE);
    }

    @Test
    void resultCountsForTheTenantOfItsJob() {
        var many = new PendingJobs(100, 4 * SIZE);
        PendingJob first = add(many, "acme", 1);
        many.complete(first.id(), new byte[(int) SIZE]);

        assertThatThrownBy(() -> add(many, "acme", 2))
                .isInstanceOf(JobRefusal.class)
                .hasMessageContaining("tenant acme");

        assertThat(many.leave(first, "acme")).isTrue();
        var _ = add(many, "acme", 2);
        assertThat(many.bytes()).isEqualTo(SIZE);
    }

    @Test
    void onlyRequestOfATenantMayTakeMoreThanHalfOfTheMemory() {
        var small = new PendingJobs(100, SIZE + 1);

        var _ = add(small, "acme", 1);

        assertThat(small.bytes()).isEqualTo(SIZE);
    }

    @Test
    void requestThatJoinsAJobTakesNoFurtherMemory() {
        PendingJob first = add("acme", 1);

        assertThat(add("acme", 1)).isSameAs(first);
        assertThat(jobs.bytes()).isEqualTo(SIZE);

        assertThat(jobs.leave(first, "acme")).isFalse();
        assertThat(jobs.bytes()).isEqualTo(SIZE);
        assertThat(jobs.leave(first, "acme")).isTrue();
        assertThat(jobs.bytes()).isZero();
        assertThat(jobs.count()).isZero();
    }

    @Test
    void requestThatJoinsAJobCountsForItsTenant() {
        PendingJob first = add("acme", 1);
        var _ = add("acme", 1);

        assertThatThrownBy(() -> add("acme", 1))
                .isInstanceOf(JobRefusal.class)
                .hasMessageContaining("tenant acme");

        assertThat(jobs.leave(first, "acme")).isFalse();
        assertThat(add("acme", 1)).isSameAs(first);
    }

    @Test
    void requestOfAnotherTenantThatJoinsAJobCountsForThatTenant() {
        var job = JobId.of("acme", "gateway", "job-1");
        PendingJob first = follow("acme", job);
        var _ = follow("globex", job);
        var _ = follow("globex", job);

        assertThatThrownBy(() -> follow("globex", job))
                .isInstanceOf(JobRefusal.class)
                .hasMessageContaining("tenant globex");

        assertThat(jobs.leave(first, "globex")).isFalse();
        assertThat(follow("globex", job)).isSameAs(first);
    }
}
