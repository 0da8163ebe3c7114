package dev.millrace.router.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.JobId;
import dev.millrace.router.budget.BudgetWorld.Refused;
import dev.millrace.router.message.RoutingMessage.PlannedJob;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Tests parked jobs whose release fails because of a fault in the router. */
class FailingReleaseTest extends BudgetScene {
    private static final int JOBS = 6;
    private static final int TURN_JOBS = 2;

    private final Set<JobId> priced = new HashSet<>();

    /** Returns the repriced job for the check of its money, and fails on its release. */
    private PlannedJob repriced(PlannedJob job) {
        if (priced.add(job.identity().jobId())) {
            return job;
        }
        throw new IllegalStateException("no price");
    }

    @Test
    void turnEndsABoundedNumberOfSuchJobs() {
        end(submit(0, "acme", 60), 60);
        for (int i = 0; i < JOBS; i++) {
            submit(0, "acme", 1);
        }
        world.repricing = this::repriced;
        world.partitions.get(0).crash();

        world.clock.advance(Duration.ofHours(1));
        for (int turn = 0; turn < 100; turn++) {
            int before = world.refused.size();
            exchange();
            assertThat(world.refused.size() - before).isLessThanOrEqualTo(TURN_JOBS);
        }

        assertThat(world.refused)
                .extracting(Refused::rejection)
                .hasSize(JOBS)
                .allMatch(it -> it.error() == ErrorCode.INTERNAL_ERROR);
    }
}
