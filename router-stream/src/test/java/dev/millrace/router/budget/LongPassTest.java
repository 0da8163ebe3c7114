package dev.millrace.router.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.JobId;
import dev.millrace.router.entry.TreeStore;
import dev.millrace.router.message.RoutingMessage.Origin;
import dev.millrace.router.message.RoutingMessage.Rejection;
import dev.millrace.router.waiting.PlannedRecord;
import dev.millrace.router.waiting.UnreadableJob;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** A partition with waiting jobs of more tenants, or in more queues, than one tick visits. */
class LongPassTest {
    private static final int TURN_JOBS = 100;

    private final BudgetWorld world = new BudgetWorld(1);
    private final TreeStore store = new TreeStore();

    /** Opening times of the leases that were reported with a waiting job, by account. */
    private final Map<String, Long> leases = new HashMap<>();

    private int released;
    private int lookups;
    private final PartitionBudgets budgets =
            new PartitionBudgets(store, new Reports(), 0, TURN_JOBS);

    private void park(String tenant, String batch, @Nullable BigDecimal limit) {
        budgets.onJob(world.arrived(world.job(tenant, batch, limit, 1, null), 0));
    }

    private int tick() {
        lookups = 0;
        boolean _ = budgets.onTick();
        world.clock.advance(Duration.ofMillis(10));
        return lookups;
    }

    @Nested
    class OfManyTenants {
        private static final int TENANTS = 3 * ParkedJobSender.VISITED_AT_ONCE;

        @BeforeEach
        void park() {
            for (int i = 0; i < TENANTS; i++) {
                LongPassTest.this.park("tenant-" + i, "batch", null);
            }
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

            assertThat(leases).hasSize(TENANTS);
        }

        @Test
        void passEndsOnceEachTenantIsVisited() {
            int sum = 0;
            for (int i = 0; i < 50; i++) {
                sum += tick();
            }

            assertThat(sum).isEqualTo(TENANTS);
        }
    }

    @Nested
    class OfManyQueues {
        private static final int QUEUES = 3 * ParkedJobSender.LOOKS_AT_ONCE;

        @BeforeEach
        void park() {
            for (int i = 0; i < QUEUES; i++) {
                LongPassTest.this.park("many", "batch-" + i, BigDecimal.TEN);
            }
        }

        @Test
        void tickLooksAtABoundedNumberOfQueues() {
            for (int i = 0; i < 10; i++) {
                assertThat(tick())
                        .isLessThanOrEqualTo(
                                ParkedJobSender.LOOKS_AT_ONCE + ParkedJobSender.CLAIMED_EARLY);
            }
        }

        @Test
        void everyQueueAsksForMoneyWithinSomeTicks() {
            for (int i = 0; i < 50; i++) {
                var _ = tick();
            }

            assertThat(leases).hasSize(QUEUES);
        }
    }

    @Nested
    class OfManyTenantsWithQueues {
        /** Each visit may release one job. */
        private static final int TENANTS = TURN_JOBS;

        private static final int QUEUES = 20;
        private static final int JOBS_OF_A_QUEUE = 2;
        private static final int JOBS = TENANTS * QUEUES * JOBS_OF_A_QUEUE;

        @BeforeEach
        void park() {
            for (int i = 0; i < JOBS; i++) {
                LongPassTest.this.park(
                        "tenant-" + i % TENANTS, "batch-" + i / TENANTS % QUEUES, BigDecimal.TEN);
            }
            pause();
        }

        private void pause() {
            for (int i = 0; i < 100; i++) {
                var _ = tick();
            }
        }

        /** Lends enough money to each account that was reported. */
        private void lend() {
            Map<String, Long> asking = Map.copyOf(leases);
            leases.clear();
            var enough = BigDecimal.valueOf(JOBS);
            asking.forEach(
                    (account, opened) ->
                            budgets.onGrant(
                                    account,
                                    new LeaseGrant(
                                            opened,
                                            enough,
                                            null,
                                            enough,
                                            BigDecimal.ZERO,
                                            BigDecimal.ZERO),
                                    new Origin("grants", 0, 0)));
        }

        @Test
        void shortVisitsLookAtEachQueueOnlyAFewTimesForEachJob() {
            assertThat(leases.size()).isEqualTo(TENANTS * QUEUES);
            lend();
            pause();
            assertThat(leases.size()).isEqualTo(TENANTS * (QUEUES + 1));
            lend();

            int sum = 0;
            for (int i = 0; i < 1_000 && released < JOBS; i++) {
                sum += tick();
            }

            assertThat(released).isEqualTo(JOBS);
            assertThat(sum).isLessThanOrEqualTo(4 * JOBS);
        }
    }

    /** Collects the accounts that were reported with a waiting job. */
    private final class Reports extends BudgetWorld.Router {
        Reports() {
            super(world);
        }

        @Override
        public BudgetAccounts accounts() {
            lookups++;
            return super.accounts();
        }

        @Override
        public void release(PlannedRecord job, boolean wasParked) {
            released++;
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
                leases.put(account, report.openedMillis());
            }
        }

        @Override
        public void onMoved(JobId job) {
            throw new IllegalStateException("no job is moved");
        }

        @Override
        public void onLost(JobId job, BigDecimal chargedUsd) {
            throw new IllegalStateException("no job is lost");
        }
    }
}
