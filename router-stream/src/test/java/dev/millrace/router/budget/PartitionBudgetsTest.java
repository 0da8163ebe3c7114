package dev.millrace.router.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.budget.BudgetState;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.JobCostLimit;
import dev.millrace.router.budget.BudgetWorld.Job;
import dev.millrace.router.message.RoutingMessage.PlannedJob;
import dev.millrace.router.message.RoutingMessage.Rejection;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Tenant acme has 60 USD each hour and parks, beta has 50 USD in total and rejects. */
class PartitionBudgetsTest extends BudgetScene {
    private static final BigDecimal BATCH_LIMIT = BudgetWorld.BATCH_LIMIT;

    private BigDecimal reserved(int partition, String account) {
        return balance(partition, account).reserved();
    }

    @Nested
    class WhenThereIsMoney {
        @Test
        void jobContinuesWithAReservation() {
            Job job = submit(0, "beta", 10);

            assertThat(released()).containsExactly(job);
            assertThat(reserved(0, "tenant/beta/total")).isEqualByComparingTo("10");
        }

        @Test
        void unusedReservationPaysTheNextJob() {
            Job first = submit(0, "beta", 50);
            end(first, 20);

            Job second = submit(1, "beta", 30);

            assertThat(released()).containsExactly(first, second);
        }

        @Test
        void jobIsPaidFromBothAccounts() {
            var _ = submit(0, "acme", "b", BATCH_LIMIT, 30, null);

            assertThat(reserved(0, "batch/acme/b")).isEqualByComparingTo("30");
            assertThat(reserved(0, "tenant/acme/hour/2026-11-20T12:00:00Z"))
                    .isEqualByComparingTo("30");
        }

        @Test
        void jobOfATenantWithoutABudgetNeedsNone() {
            Job job = submit(0, "free", 1_000);

            assertThat(released()).containsExactly(job);
            assertThat(world.partitions.get(0).store.count('S')).isZero();
        }
    }

    @Nested
    class WhenMoneyIsReserved {
        @Test
        void jobWaitsUntilAReservationIsReleased() {
            Job first = submit(0, "beta", 50);
            Job second = submit(1, "beta", 40);
            assertThat(released()).containsExactly(first);

            end(first, 10);

            assertThat(released()).containsExactly(first, second);
        }

        @Test
        void laterSmallJobDoesNotOvertake() {
            Job first = submit(0, "beta", 30);
            Job large = submit(0, "beta", 40);
            Job small = submit(0, "beta", 1);

            assertThat(released()).containsExactly(first);
            end(first, 0);
            assertThat(released()).containsExactly(first, large, small);
        }

        @Test
        void jobOfAnotherTenantDoesNotWait() {
            var _ = submit(0, "beta", 50);
            var _ = submit(0, "beta", 50);

            Job other = submit(0, "acme", 10);

            assertThat(released()).contains(other);
        }
    }

    @Nested
    class WhenMoneyIsSpent {
        @Test
        void jobIsRejectedWithTheNumbers() {
            end(submit(0, "beta", 48), 45);

            Rejection rejected = refusalOf(submit(1, "beta", 6));

            assertThat(rejected.error()).isEqualTo(ErrorCode.BUDGET_EXCEEDED);
            assertThat(rejected.message())
                    .isEqualTo(
                            "the job may cost up to 6 USD, more than the budget of the tenant beta"
                                    + " has left: 45 of 50 USD are spent and 0 reserved");
        }

        @Test
        void jobThatCostsNothingContinuesAlthoughTheBudgetIsExceeded() {
            end(submit(0, "beta", 50), 55);
            end(submit(0, "acme", 60), 65);

            Job ofBeta = submit(0, "beta", 0);
            Job ofAcme = submit(0, "acme", 0);

            assertThat(released()).contains(ofBeta, ofAcme);
        }

        @Test
        void jobThatNoPeriodCanPayIsRejectedAndHoldsBackNoOther() {
            Job tooExpensive = submit(0, "acme", 61);
            Job other = submit(0, "acme", 60);

            assertThat(refusalOf(tooExpensive).message())
                    .isEqualTo(
                            "the job may cost up to 61 USD, more than the whole budget of the tenant"
                                    + " acme, 60 USD: give the job a lower output limit, or raise"
                                    + " the budget");
            assertThat(released()).containsExactly(other);
        }

        private void lowerTo(String limit) {
            world.setLimit(new ControlKey.TenantLimit("acme"), new BigDecimal(limit));
            settle();
        }

        @Test
        void moneyThatJobsReleaseAfterTheLimitWasLoweredIsNotReservedAgain() {
            Job running = submit(0, "acme", 20);
            lowerTo("6");
            end(running, 5);

            Job next = submit(0, "acme", 5);

            assertThat(released()).doesNotContain(next);
        }

        @Test
        void lowerLimitTakesBackFreeMoney() {
            end(submit(0, "acme", 20), 5);
            lowerTo("6");

            Job next = submit(0, "acme", 5);

            assertThat(released()).doesNotContain(next);
        }

        @Test
        void jobAsideThatNoPeriodCanPayIsRejectedInTheNextPeriod() {
            end(submit(0, "acme", 40), 40);
            Job aside = submit(0, "acme", 50);
            Job small = submit(0, "acme", 30);
            lowerTo("45");
            assertThat(world.refused).isEmpty();

            pass(Duration.ofHours(1));

            assertThat(refusalOf(aside).message()).contains("more than the whole budget");
            assertThat(released()).endsWith(small);
        }

        @Test
        void jobThatTheWholeBatchCannotPayIsRejectedIfTheBatchRejects() {
            Job large = submit(0, "free", BudgetWorld.STRICT, BATCH_LIMIT, 31, null);
            Job other = submit(0, "free", BudgetWorld.STRICT, BATCH_LIMIT, 30, null);

            assertThat(refusalOf(large).message())
                    .isEqualTo(
                            "the job may cost up to 31 USD, more than the budget of the batch"
                                    + " strict has left: 0 of 30 USD are spent and 0 reserved");
            assertThat(released()).containsExactly(other);
        }

        @Test
        void jobAsideIsRejectedOnceAnotherBudgetThatRejectsIsSpent() {
            end(submit(0, "beta", "b", BATCH_LIMIT, 30, null), 25);
            Job aside = submit(0, "beta", "b", BATCH_LIMIT, 20, null);
            end(submit(0, "beta", 20), 20);

            assertThat(refusalOf(aside).message()).contains("45 of 50 USD are spent");
        }

        @Test
        void parkedJobContinuesInTheNextPeriod() {
            end(submit(0, "acme", 60), 60);
            Job parked = submit(0, "acme", 1);
            assertThat(released()).doesNotContain(parked);

            pass(Duration.ofHours(1));

            assertThat(released()).contains(parked);
        }

        @Test
        void batchThatGetsALimitWhileItsJobsWaitHoldsBackNoOtherBatch() {
            end(submit(0, "acme", 60), 60);
            Job limited = submit(0, "acme", "limited", null, 5, null);
            Job other = submit(0, "acme", "other", null, 5, null);
            limit(new ControlKey.BatchLimit("acme", "limited"), 1);

            pass(Duration.ofHours(1));

            assertThat(released()).contains(other).doesNotContain(limited);
            assertThat(world.moved).containsExactly(limited.id());
        }

        @Test
        void batchWithoutMoneyDoesNotKeepMoneyOfItsTenant() {
            end(submit(0, "acme", "b", BATCH_LIMIT, 30, null), 30);
            Job parked = submit(0, "acme", "b", BATCH_LIMIT, 30, null);

            Job other = submit(1, "acme", 30);

            assertThat(released()).contains(other).doesNotContain(parked);
        }
    }

    /** The batch has 30 USD, of which 25 are spent. */
    @Nested
    class WhenAJobNeedsMoreThanItsBatchHasLeft {
        private final Job first = submitToBatch(30);

        private Job submitToBatch(int amount) {
            return submit(0, "free", "b", BATCH_LIMIT, amount, null);
        }

        @BeforeEach
        void spend() {
            end(first, 25);
        }

        @Test
        void laterJobsThatNeedLessContinue() {
            Job large = submitToBatch(6);

            Job small = submitToBatch(5);

            assertThat(released()).containsExactly(first, small);
            assertThat(world.refused).isEmpty();
            assertThat(world.partitions.get(0).store.count('W')).isEqualTo(1);
            end(small, 5);
            assertThat(released()).doesNotContain(large);
        }

        @Test
        void jobsOfOtherPartitionsContinue() {
            var _ = submitToBatch(6);

            Job other = submit(1, "free", "b", BATCH_LIMIT, 5, null);

            assertThat(released()).containsExactly(first, other);
        }

        @Test
        void jobContinuesFirstAfterTheLimitIsRaised() {
            Job large = submitToBatch(6);
            end(submitToBatch(5), 5);
            Job small = submitToBatch(3);

            limit(new ControlKey.BatchLimit("free", "b"), 39);

            assertThat(released()).endsWith(large, small);
        }

        @Test
        void stateCountsItAndSaysWhatItNeeds() {
            var _ = submitToBatch(8);
            var _ = submitToBatch(7);

            pass(Duration.ofSeconds(2));

            assertThatTwoJobsWait();
        }

        @Test
        void stateSaysWhatItNeedsAfterACrashAlthoughTheLimitIsExceeded() {
            end(submitToBatch(5), 8);
            var _ = submitToBatch(8);
            var _ = submitToBatch(7);
            world.partitions.get(0).crash();

            pass(Duration.ofSeconds(2));

            assertThatTwoJobsWait();
        }

        private void assertThatTwoJobsWait() {
            BudgetState.Waiting waiting =
                    Objects.requireNonNull(
                                    world.control
                                            .budgets()
                                            .states()
                                            .get(new ControlKey.BatchBudget("free", "b")))
                            .waiting();
            assertThat(waiting.jobs()).isEqualTo(2);
            assertThat(waiting.unaffordableJobs()).isEqualTo(2);
            assertThat(waiting.neededUsd()).contains(new BigDecimal("7"));
        }

        @Test
        void jobsAreSetAsideAgainAfterACrash() {
            Job large = submitToBatch(6);
            world.partitions.get(0).crash();

            Job small = submitToBatch(5);

            assertThat(released()).containsExactly(first, small);
            assertThat(world.oldestParked.bound(() -> Long.MAX_VALUE).getAsLong())
                    .isLessThanOrEqualTo(world.arrival(large).atMillis());
        }

        @Test
        void costAboveAReservationIsTakenFromTheRest() {
            Job overrun = submitToBatch(1);
            end(overrun, 4);

            Job tooLarge = submit(1, "free", "b", BATCH_LIMIT, 2, null);
            Job fitting = submit(1, "free", "b", BATCH_LIMIT, 1, null);

            assertThat(released()).containsExactly(first, overrun, fitting);
            assertThat(world.refused).noneMatch(it -> it.job().equals(tooLarge));
        }
    }

    /** A turn releases two jobs. */
    @Nested
    class WhenALargeBacklogContinues {
        private final PartitionWorld partition = world.partitions.get(0);
        private List<Job> backlog = List.of();

        private void parkBacklog() {
            end(submit(0, "acme", 60), 60);
            backlog = Stream.generate(() -> submit(0, "acme", 1)).limit(20).toList();
        }

        /** Raises the limit, and lets the first jobs continue. */
        private void resume() {
            world.setLimit(new ControlKey.TenantLimit("acme"), new BigDecimal("200"));
            while (resumed() == 0) {
                exchange();
            }
        }

        private long resumed() {
            return released().stream().filter(backlog::contains).count();
        }

        @Test
        void waitingJobOfAnotherTenantContinuesInTheNextTurn() {
            Job running = submit(0, "beta", 50);
            parkBacklog();
            Job waiting = submit(0, "beta", 50);
            resume();

            bill(running, 0);
            exchange();

            assertThat(released()).contains(waiting);
            assertThat(resumed()).isLessThan(20);
        }

        @Test
        void newJobOfAnotherTenantContinuesAtOnce() {
            parkBacklog();
            end(submit(0, "beta", 20), 0);
            resume();
            Job other = world.job("beta", "batch", null, 1, null);
            partition.requests.add(other);

            partition.readRequest();
            partition.commit();

            assertThat(released()).contains(other);
            assertThat(resumed()).isLessThan(20);
        }

        @Test
        void newJobOfTheSameTenantWaitsBehindIt() {
            parkBacklog();
            resume();

            Job last = submit(0, "acme", 1);

            assertThat(released()).containsAll(backlog).endsWith(last);
        }

        @Test
        void jobsContinueInTheirOrder() {
            parkBacklog();
            resume();
            settle();

            assertThat(released()).endsWith(backlog.toArray(Job[]::new));
        }
    }

    @Nested
    class WhenAJobIsParked {
        private Job parked(@Nullable Instant deadline) {
            end(submit(0, "acme", 60), 60);
            return submit(0, "acme", "batch", null, 1, deadline);
        }

        @Test
        void deadlineEndsTheJob() {
            Job job = parked(world.clock.instant().plus(Duration.ofMinutes(5)));

            pass(Duration.ofMinutes(5));

            assertThat(refusalOf(job).error()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
            assertThat(refusalOf(job).message()).endsWith("waited for money of its budget");
        }

        @Test
        void cancellationEndsTheJob() {
            Job job = parked(null);

            cancel(job);
            settle();

            assertThat(refusalOf(job).error()).isEqualTo(ErrorCode.CANCELLED);
        }

        @Test
        void jobWithoutAModelIsRefused() {
            Job job = parked(null);
            world.modelRefusal = new Rejection(ErrorCode.UNKNOWN_MODEL, "gone", null);

            pass(Duration.ofHours(1));

            assertThat(refusalOf(job)).isEqualTo(world.modelRefusal);
            assertThat(reserved(0, "tenant/acme/hour/2026-11-20T12:00:00Z")).isZero();
        }

        private static PlannedJob atDoublePrice(PlannedJob it) {
            JobCostLimit limit = Objects.requireNonNull(it.headers().costLimit());
            BigDecimal amount = limit.dearestUsd().multiply(BigDecimal.TWO);
            return new PlannedJob(
                    it.identity(),
                    it.origin(),
                    it.headers().withCostLimit(limit.withAttempts(List.of(amount), null)),
                    it.bytes());
        }

        @Test
        void itReservesItsHighestCostAtTheCurrentPrices() {
            Job job = parked(null);
            Job last = submit(0, "acme", 3);
            world.repricing = WhenAJobIsParked::atDoublePrice;
            world.partitions.get(0).crash();

            pass(Duration.ofHours(1));

            assertThat(released()).contains(job, last);
            assertThat(reserved(0, "tenant/acme/hour/2026-11-20T13:00:00Z"))
                    .isEqualByComparingTo("8");
            assertThat(world.partitions.get(0).store.count('Q')).isZero();
        }

        @Test
        void priceThatRisesWhileItWaitsIsReserved() {
            Job job = parked(null);
            world.repricing = WhenAJobIsParked::atDoublePrice;

            pass(Duration.ofHours(1));

            assertThat(released()).contains(job);
            assertThat(reserved(0, "tenant/acme/hour/2026-11-20T13:00:00Z"))
                    .isEqualByComparingTo("2");
        }

        @Test
        void parkedJobSurvivesACrash() {
            Job job = parked(null);
            world.partitions.get(0).crash();

            pass(Duration.ofHours(1));

            assertThat(released()).contains(job);
        }

        @Test
        void jobsOfTheSameAgeAreNotLost() {
            long parkedAt = world.clock.millis();
            var _ = parked(null);
            pass(Duration.ofMinutes(30));

            assertThat(world.oldestParked.bound(() -> world.clock.millis()).getAsLong())
                    .isLessThan(parkedAt + Duration.ofMinutes(1).toMillis());
            assertThat(world.oldestParked.bound(() -> 5).getAsLong()).isEqualTo(5);
        }
    }

    @Nested
    class WhenAPartitionRestartsBeforeItReports {
        private final PartitionWorld restarted = world.partitions.get(0);

        /** Parks a job, and reads the owner's answer, so that no later grant asks for a report. */
        private Job parkAndReport() {
            Job job = world.job("acme", "batch", null, 50, null);
            restarted.requests.add(job);
            restarted.readRequest();
            restarted.tick();
            restarted.commit();
            while (world.hasUnread()) {
                world.owner.readReport();
                world.owner.tick();
                world.owner.commit();
                world.partitions.forEach(PartitionWorld::readGrant);
            }
            return job;
        }

        /** The last report is too recent for another one. */
        private void cancelWithoutAReport(Job job) {
            cancel(job);
            world.clock.advance(Duration.ofMillis(10));
            restarted.tick();
            restarted.commit();
        }

        @Test
        void endedJobHoldsBackNoOtherPartition() {
            end(submit(1, "acme", 55), 55);
            Job ended = parkAndReport();
            cancelWithoutAReport(ended);
            restarted.crash();

            Job other = submit(1, "acme", 5);

            assertThat(refusalOf(ended).error()).isEqualTo(ErrorCode.CANCELLED);
            assertThat(released()).contains(other);
        }
    }

    @Nested
    class WhenAJobCostsMoreThanItsReservation {
        private Job useUp(String tenant) {
            Job job = submit(0, tenant, 10);
            world.jobsReturn = false;
            bill(job, 10, false);
            settle();
            pass(Duration.ofMinutes(10));
            pass(Duration.ofHours(26));
            assertThat(world.partitions.get(0).store.count('S')).isZero();
            return job;
        }

        private BigDecimal published(String account) {
            return world.control.budgets().states().entrySet().stream()
                    .filter(it -> it.getKey().account().startsWith(account))
                    .map(it -> it.getValue().spentUsd())
                    .findFirst()
                    .orElseThrow();
        }

        @Test
        void theRestIsCountedAlthoughItsLeaseWasDeletedMeanwhile() {
            Job job = useUp("beta");

            end(job, 2);

            assertThat(published("tenant/beta/total")).isEqualByComparingTo("12");
        }

        /** The owner then keeps the account of a batch whose job has just ended. */
        @Test
        void itsEndIsReportedAlthoughItsLeaseWasDeletedMeanwhile() {
            Job job = useUp("beta");

            end(job, 0);

            assertThat(world.partitions.get(0).store.count('S')).isEqualTo(1);
        }

        @Test
        void theRestIsCountedAlthoughThePeriodHasEnded() {
            Job job = useUp("acme");

            end(job, 2);

            assertThat(published("tenant/acme/hour/")).isEqualByComparingTo("12");
        }
    }

    @Nested
    class WhenAJobIsLost {
        @Test
        void reservationIsCharged() {
            Job job = submit(0, "beta", 50);

            world.lostBefore = world.clock.millis() + 1;
            settle();

            assertThat(world.lost).containsExactly(job.id());
            assertThat(balance(0, "tenant/beta/total").spent()).isEqualByComparingTo("50");
            assertThat(reserved(0, "tenant/beta/total")).isZero();
            end(job, 50);
            settle();
            assertThat(balance(0, "tenant/beta/total").spent()).isEqualByComparingTo("50");
            world.lostBefore = world.clock.millis() + 1;
            settle();
            assertThat(world.partitions.get(0).store.count('R')).isZero();
        }
    }
}
