package dev.millrace.router.budget;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.control.ControlKey.BatchBudget;
import dev.millrace.router.budget.LeaseGrant.WaitingPartition;
import dev.millrace.router.budget.LeaseReport.Balance;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BudgetOwnerTest extends OwnerScene {
    @Nested
    class APartitionThatWaits {
        @Test
        void getsWhatItNeeds() {
            report(waits(0, "4"));

            assertThat(lent(0)).isEqualByComparingTo("4");
        }

        @Test
        void getsNothingBeyondTheLimit() {
            report(waits(0, "8"));
            report(idle(0, balance("8", "0")));
            report(waits(1, "4"));

            assertThat(lent(1)).isEqualByComparingTo("0");
            assertThat(grant(0).firstWaiting()).isEqualTo(new WaitingPartition(7, 1));
        }

        @Test
        void getsAnAnswerToEachReport() {
            report(waits(0, "20"));
            grants.clear();
            report(waits(0, "20"));

            assertThat(grants).containsOnlyKeys(0);
        }

        @Test
        void getsMoneyAfterARaiseInControl() {
            report(waits(0, "20"));

            setLimit("30");
            passSecond();

            assertThat(lent(0)).isEqualByComparingTo("20");
        }

        @Test
        void receivesWhatTheOthersSpend() {
            report(waits(0, "8"));
            report(waits(1, "4"));
            report(idle(0, balance("8", "7")));

            assertThat(grant(1).spent()).isEqualByComparingTo("7");
        }
    }

    @Test
    void reopenedLeaseGetsTheLimitAlthoughItWaitsForNothing() {
        report(waits(0, "4"));
        report(idle(1, Balance.NONE));
        grants.clear();

        report(reopened(1, 5));

        assertThat(grant(1).openedMillis()).isEqualTo(5);
        assertThat(grant(1).limit()).isEqualByComparingTo(LIMIT);
    }

    @Nested
    class ABatch {
        private final BatchBudget batch = new BatchBudget("acme", "b");

        private void reportBatch(LeaseReport report) {
            owner.onReport(batch.account(), report.toBytes());
            boolean _ = owner.onTick();
        }

        @Test
        void hasTheDeclaredLimit() {
            reportBatch(report(0, balance("0", "0"), "5", 7L, usd("5")));

            assertThat(grant(0).limit()).isEqualByComparingTo("5");
            assertThat(lent(0)).isEqualByComparingTo("5");
        }

        @Test
        void keepsTheDeclaredLimitWhenALaterReportHasNone() {
            reportBatch(report(0, balance("0", "0"), "5", 7L, usd("5")));
            reportBatch(waits(1, "1"));

            assertThat(grant(1).limit()).isEqualByComparingTo("5");
        }

        @Test
        void withoutALimitGetsNothing() {
            reportBatch(waits(0, "1"));

            assertThat(lent(0)).isEqualByComparingTo("0");
        }
    }

    @Nested
    class ARestartedOwner {
        @Test
        void knowsWhatIsLent() {
            report(waits(0, "8"));
            owner = restarted();
            report(waits(1, "4"));

            assertThat(lent(1)).isEqualByComparingTo("0");
        }

        @Test
        void repeatsAGrantThatItsPartitionHasNotConfirmed() {
            report(waits(0, "8"));
            grants.clear();
            owner = restarted();
            boolean _ = owner.onTick();

            assertThat(lent(0)).isEqualByComparingTo("8");
        }

        @Test
        void removesTheStateOfARemovedBudget() {
            report(waits(0, "8"));
            passSecond();
            tenants = Map.of();
            owner = restarted();
            report(waits(1, "1"));
            passSecond();

            assertThat(lent(1)).isZero();
            assertThat(control.budgets().states()).isEmpty();
        }

        @Test
        void budgetThatIsSetAgainInItsPeriodBeginsWithWhatWasSpent() {
            var before = tenants;
            report(idle(0, balance("4", "3")));
            passSecond();
            tenants = Map.of();
            owner = restarted();
            passSecond();
            tenants = before;
            owner = restarted();
            passSecond();

            assertThat(state().limitUsd()).isEqualByComparingTo(LIMIT);
            assertThat(state().spentUsd()).isEqualByComparingTo("3");
        }

        /** Its jobs could wait for this state forever, if it has a higher limit than control. */
        @Test
        void removesTheStateOfAPeriodThatItsTenantNoLongerHas() {
            report(waits(0, "8"));
            passSecond();
            tenants = Map.of("acme", Objects.requireNonNull(tenants.get("beta")));
            owner = restarted();
            passSecond();

            assertThat(control.budgets().states()).doesNotContainKey(acme);
        }

        @Test
        void forgetsAnAbortedReport() {
            report(waits(0, "8"));
            owner.onReport(acme.account(), waits(1, "2").toBytes());
            owner = restarted();
            report(waits(2, "2"));

            assertThat(lent(2)).isEqualByComparingTo("2");
        }
    }

    @Nested
    class AState {
        @Test
        void isPublishedWhenItChanges() {
            report(waits(0, "8"));
            passSecond();

            assertThat(published).hasSize(1);
            assertThat(published.getFirst().key()).isEqualTo(acme);
            assertThat(state().waitingJobs()).isEqualTo(1);
            assertThat(state().periodEnd()).contains(midnight.plus(Duration.ofDays(1)));

            report(idle(0, balance("8", "1")));
            passSecond();
            passSecond();

            assertThat(published).hasSize(2);
            assertThat(state().spentUsd()).isEqualByComparingTo("1");
        }

        @Test
        void isPublishedAfterTheClockWasSetBack() {
            report(waits(0, "8"));
            clock.advance(Duration.ofDays(1));
            passSecond();
            clock.advance(Duration.ofDays(-1));
            report(idle(0, balance("8", "1")));
            passSecond();

            assertThat(state().spentUsd()).isEqualByComparingTo("1");
        }

        @Test
        void isPublishedOnceASecond() {
            report(waits(0, "8"));
            passSecond();
            report(idle(0, balance("8", "1")));
            report(idle(0, balance("8", "2")));

            assertThat(published).hasSize(1);
        }

        @Test
        void isNotPublishedAgainByARestartedOwner() {
            report(waits(0, "8"));
            passSecond();
            owner = restarted();
            passSecond();

            assertThat(published).hasSize(1);
        }

        @ParameterizedTest
        @CsvSource({"4.99,0", "5,50", "7.99,50", "8,80", "9.99,80", "10,100"})
        void hasTheAlertOfTheSpentMoney(String spent, int percent) {
            report(idle(0, balance("10", spent)));
            passSecond();

            assertThat(state().alertPercent()).isEqualTo(percent);
        }

        @Test
        void isExhaustedWhenJobsWaitForTheRest() {
            report(idle(0, balance("10", "9")));
            report(waits(1, "2"));
            passSecond();

            assertThat(state().alertPercent()).isEqualTo(100);
        }

        @Test
        void isExhaustedAfterAJobWasRejectedForTheRest() {
            report(rejecting(0, balance("10", "9"), 1));
            passSecond();

            assertThat(state().alertPercent()).isEqualTo(100);
        }

        @Test
        void isNotExhaustedByAJobThatWasRejectedBeforeARaise() {
            report(rejecting(0, balance("10", "9"), 1));
            setLimit("11");
            passSecond();

            assertThat(state().alertPercent()).isEqualTo(80);
        }

        @Test
        void hasWhatTheFirstWaitingJobNeeds() {
            report(waits(1, "12"));
            report(waits(0, "11"));
            passSecond();

            assertThat(state().waiting().neededUsd()).contains(usd("11"));
        }

        @Test
        void isNotExhaustedWhileRunningJobsMayGiveMoneyBack() {
            report(idle(0, new Balance(LIMIT, BigDecimal.ZERO, usd("1"), usd("9"))));
            report(waits(1, "2"));
            passSecond();

            assertThat(state().alertPercent()).isEqualTo(80);
        }

        @Test
        void isShownInMetrics() {
            report(idle(0, balance("10", "9")));
            passSecond();

            assertThat(
                            meters.get("millrace.router.budget.spent.usd")
                                    .tag("tenant", "acme")
                                    .gauge()
                                    .value())
                    .isEqualTo(9);
            assertThat(
                            meters.get("millrace.router.budget.alerts")
                                    .tag("percent", "80")
                                    .gauge()
                                    .value())
                    .isEqualTo(1);
        }
    }

    @Nested
    class ARecordOfAnotherProgram {
        @Test
        void isIgnored() {
            owner.onReport("x", "y".getBytes(UTF_8));
            owner.onReport(acme.account(), null);

            assertThat(owner.onTick()).isFalse();
        }
    }
}
