package dev.millrace.router.budget.partition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.JobId;
import dev.millrace.router.budget.LeaseReport;
import dev.millrace.router.entry.TreeStore;
import dev.millrace.router.message.RoutingMessage.Rejection;
import dev.millrace.router.waiting.PlannedRecord;
import dev.millrace.router.waiting.UnreadableJob;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A partition with waiting jobs of more tenants than one tick visits. */
class ManyTenantsTest {
    private static final int TENANTS = 3 * ParkedJobSender.VISITED_AT_ONCE;

    private final BudgetWorld world = new BudgetWorld(1);
    private final TreeStore store = new TreeStore();
    private final Set<String> reported = new HashSet<>();
    private int lookups;
    private final PartitionBudgets budgets =
            new PartitionBudgets(store, services(), new Reports(), 0);

    private BudgetServices services() {
        BudgetServices own = world.services();
        return new BudgetServices(
                own.control(),
                () -> {
                    lookups++;
                    return own.accounts().get();
                },
                own.repricing(),
                own.modelCheck(),
                own.lostBefore(),
                own.ended(),
                own.oldestParked(),
                own.clock(),
                own.errors());
    }

    @BeforeEach
    void park() {
        for (int i = 0; i < TENANTS; i++) {
            budgets.onJob(world.arrived(world.job("tenant-" + i, "batch", null, 1, null), 0));
        }
    }

    private int tick() {
        lookups = 0;
        boolean _ = budgets.onTick();
        world.clock.advance(Duration.ofMillis(10));
        return lookups;
    }

    @Test
    void tickVisitsABoundedNumberOfTenants() {
        for (int i = 0; i < 10; i++) {
            assertThat(tick()).isLessThanOrEqualTo(ParkedJobSender.VISITED_AT_ONCE);
        }
    }

    @Test
    void everyTenantAsksForMoneyWithinSomeTicks() {
        for (int i = 0; i < 20; i++) {
            var _ = tick();
        }

        assertThat(reported).hasSize(TENANTS);
    }

    @Test
    void passEndsOnceEachTenantIsVisited() {
        int sum = 0;
        for (int i = 0; i < 50; i++) {
            sum += tick();
        }

        assertThat(sum).isEqualTo(TENANTS);
    }

    /** Collects the accounts that were reported with a waiting job. */
    private final class Reports implements BudgetOutputs {
        @Override
        public void release(PlannedRecord job, boolean wasParked) {
            throw new IllegalStateException("no job has money");
        }

        @Override
        public void refuse(PlannedRecord job, Rejection rejection) {
            throw new IllegalStateException("no job is rejected");
        }

        @Override
        public void bury(UnreadableJob job, String message) {
            throw new IllegalStateException("each job can be read");
        }

        @Override
        public void report(String account, LeaseReport report) {
            if (report.demand().waitingSinceMillis() != null) {
                reported.add(account);
            }
        }

        @Override
        public void onLost(JobId job, BigDecimal chargedUsd) {
            throw new IllegalStateException("no job is lost");
        }
    }
}
