package dev.millrace.router.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.router.budget.BudgetWorld.Job;
import dev.millrace.router.waiting.PlannedRecord;
import java.math.BigDecimal;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class LeaseRemovalTest extends BudgetScene {
    @Nested
    class WhenALeaseIsNotUsedForLong {
        private static final String TOTAL = "tenant/beta/total";

        private void spendAndWait() {
            end(submit(0, "beta", 30), 30);
            for (int hour = 0; hour < 26; hour++) {
                pass(Duration.ofHours(1));
            }
        }

        @Test
        void partitionDeletesTheLease() {
            spendAndWait();

            assertThat(world.partitions.get(0).store.count('S')).isZero();
        }

        @Test
        void spentMoneyStaysSpent() {
            spendAndWait();

            Job last = submit(0, "beta", 20);
            Job next = submit(1, "beta", 20);

            assertThat(released()).contains(last).doesNotContain(next);
            end(last, 20);
            assertThat(refusalOf(next).message()).contains("50 of 50 USD are spent");
        }

        @Test
        void grantForTheDeletedLeaseChangesNothing() {
            spendAndWait();
            var _ = submit(0, "beta", 5);
            BigDecimal lent = balance(0, TOTAL).lent();

            world.partitions.get(0).rewindGrants(Integer.MAX_VALUE);
            settle();

            assertThat(balance(0, TOTAL).lent()).isEqualTo(lent);
        }
    }

    @Nested
    class WhenALeaseIsDeletedBeforeItsGrantIsRead {
        private void deleteLeaseBeforeItsGrant() {
            PartitionWorld late = world.partitions.get(0);
            Job job = world.job("beta", "batch", null, 40, null);
            late.requests.add(job);
            late.readRequest();
            turn(late);
            world.owner.readReport();
            world.owner.tick();
            world.owner.commit();
            cancel(job);
            for (int hour = 0; hour < 27; hour++) {
                turn(late);
                world.clock.advance(Duration.ofHours(1));
            }
            assertThat(late.store.count('S')).isZero();
        }

        private void turn(PartitionWorld partition) {
            partition.tick();
            partition.commit();
        }

        @Test
        void lentMoneyIsLentAgain() {
            deleteLeaseBeforeItsGrant();

            settle();
            Job next = submit(1, "beta", 40);

            assertThat(released()).contains(next);
        }
    }

    @Nested
    class WhenAJobReturnsAfterItsLeaseWasDeleted {
        @Test
        void itsBatchPaysForItsNextAttempt() {
            PartitionWorld partition = world.partitions.get(0);
            Job job = submit(0, "free", "limited", BigDecimal.valueOf(100), 20, null);
            bill(job, 20, false);
            PlannedRecord returned = partition.returns.removeLast();
            for (int hour = 0; hour < 26; hour++) {
                pass(Duration.ofHours(1));
            }
            assertThat(new BudgetStore(partition.store).lease("batch/free/limited", 0)).isEmpty();

            partition.returns.add(returned);
            settle();

            assertThat(released()).containsExactly(job, job);
            assertThat(balance(0, "batch/free/limited").reserved()).isEqualByComparingTo("20");
        }
    }

    @Nested
    class WhenAPeriodHasEnded {
        @Test
        void leaseIsDeletedADayLater() {
            end(submit(0, "acme", 10), 10);
            // A lease of the batch counts its costs.
            assertThat(world.partitions.get(0).store.count('S')).isEqualTo(2);

            pass(Duration.ofHours(24));
            assertThat(world.partitions.get(0).store.count('S')).isPositive();
            pass(Duration.ofHours(2));

            assertThat(world.partitions.get(0).store.count('S')).isZero();
        }
    }
}
