package dev.millrace.router.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.budget.Period;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlKey.BatchBudget;
import dev.millrace.contracts.control.ControlKey.TenantBudget;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.router.budget.LeaseReport.Balance;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class AccountRemovalTest extends OwnerScene {
    private static final Duration KEPT = REPEATS_WINDOW.plusDays(1);
    private static final Balance RESERVED = new Balance(LIMIT, BigDecimal.ZERO, usd("1"), usd("9"));

    private boolean isRemoved(ControlKey.Budget account) {
        return published.contains(ControlRecord.removal(account));
    }

    private double shownAccounts() {
        return meters.get("millrace.router.budget.accounts").gauge().value();
    }

    @Nested
    class AnEndedPeriod {
        @Test
        void isRemovedAfterTwoDays() {
            report(idle(0, balance("8", "1")));
            passSecond();
            pass(Duration.ofDays(3));

            assertThat(published.getLast()).isEqualTo(ControlRecord.removal(acme));
            assertThat(store.count('t') + store.count('p')).isZero();
        }

        @Test
        void isRemovedAlthoughMoreIsLentThanItsLimit() {
            report(idle(0, balance("18", "1")));
            passSecond();
            pass(Duration.ofDays(3));

            assertThat(isRemoved(acme)).isTrue();
        }

        @Test
        void isKeptWhenTheClockOfTheOwnerJumps() {
            report(idle(0, balance("8", "1")));
            passSecond();
            Instant before = clock.instant();
            clock.advance(Duration.ofDays(9));
            pass(Duration.ofHours(47));
            clock.advance(Duration.between(clock.instant(), before));
            pass(Duration.ofHours(1));

            assertThat(isRemoved(acme)).isFalse();
        }

        @Test
        void isRemovedTwoDaysAfterTheClockWasSetBack() {
            report(idle(0, balance("8", "1")));
            clock.advance(Duration.ofDays(365));
            passSecond();
            clock.advance(Duration.ofDays(-365));
            report(idle(0, balance("8", "1")));
            pass(Duration.ofDays(3));

            assertThat(isRemoved(acme)).isTrue();
        }

        @Test
        void isKeptWhilePartitionsUseItAfterAJumpOfTheClock() {
            report(idle(0, balance("8", "1")));
            clock.advance(Duration.ofDays(9));
            for (int day = 1; day <= 5; day++) {
                pass(Duration.ofDays(1));
                report(idle(0, balance("8", Integer.toString(day))));
            }

            assertThat(isRemoved(acme)).isFalse();
        }

        @Test
        void isKeptWhileMoneyIsReserved() {
            report(idle(0, RESERVED));
            pass(Duration.ofDays(9));

            assertThat(isRemoved(acme)).isFalse();
        }
    }

    @Nested
    class ABatch {
        private final BatchBudget batch = new BatchBudget("acme", "b");

        private void reportBatch(Balance balance) {
            report(batch, report(0, balance, "0", null, LIMIT));
        }

        @Test
        void isRemovedAmongMoreThanOneTickChecks() {
            int batches = 2 * BudgetOwner.CHECKED_AT_ONCE + 1;
            for (int i = 0; i < batches; i++) {
                report(
                        new BatchBudget("acme", "b" + i),
                        report(0, balance("1", "1"), "0", null, LIMIT));
            }
            pass(KEPT.multipliedBy(2));

            assertThat(store.count('t')).isZero();
        }

        @Test
        void isRemovedOnceItHasNotBeenUsedForLong() {
            reportBatch(balance("1", "1"));
            passSecond();
            pass(KEPT.minusHours(1));
            assertThat(isRemoved(batch)).isFalse();
            assertThat(shownAccounts()).isEqualTo(1);

            pass(Duration.ofHours(2));

            assertThat(isRemoved(batch)).isTrue();
            assertThat(store.count('t') + store.count('p')).isZero();
            assertThat(shownAccounts()).isZero();
        }

        @Test
        void isKeptAfterALaterReport() {
            reportBatch(balance("1", "1"));
            pass(KEPT.minusHours(1));
            reportBatch(balance("2", "2"));
            pass(Duration.ofHours(2));

            assertThat(isRemoved(batch)).isFalse();
        }

        @Test
        void isKeptWhileMoneyIsReserved() {
            reportBatch(RESERVED);
            pass(KEPT.multipliedBy(2));

            assertThat(isRemoved(batch)).isFalse();
        }

        @Test
        void isKeptWhileAPartitionHasFreeMoney() {
            reportBatch(balance("2", "1"));
            pass(KEPT.multipliedBy(2));

            assertThat(isRemoved(batch)).isFalse();
        }

        @Test
        void isKeptWhileAJobWaits() {
            report(batch, report(0, balance("0", "0"), "11", 7L, LIMIT));
            pass(KEPT.multipliedBy(2));

            assertThat(isRemoved(batch)).isFalse();
        }

        @Test
        void isKeptAfterALongPauseOfTheOwner() {
            reportBatch(balance("1", "1"));
            passSecond();
            clock.advance(Duration.ofDays(9));
            owner = restarted();
            pass(KEPT.minusHours(1));
            assertThat(isRemoved(batch)).isFalse();

            pass(Duration.ofHours(2));

            assertThat(isRemoved(batch)).isTrue();
        }

        @Test
        void restartOfTheOwnerDoesNotDelayTheRemoval() {
            reportBatch(balance("1", "1"));
            pass(KEPT.minusHours(1));
            owner = restarted();
            pass(Duration.ofHours(2));

            assertThat(isRemoved(batch)).isTrue();
        }
    }

    @Nested
    class ABudgetWithoutPeriods {
        @Test
        void isNeverRemoved() {
            var beta = new TenantBudget("beta", Period.TOTAL, Optional.empty());
            report(beta, idle(0, balance("1", "1")));
            pass(Duration.ofDays(30));

            assertThat(isRemoved(beta)).isFalse();
        }
    }

    @Nested
    class ADeletedLease {
        private final LeaseReport reopened = reopened(0, 1);

        private void reopen() {
            report(idle(0, new Balance(usd("8"), usd("2"), BigDecimal.ZERO, usd("6"))));
            report(reopened);
        }

        @Test
        void staysSpent() {
            reopen();
            passSecond();

            assertThat(state().spentUsd()).isEqualByComparingTo("6");
            assertThat(lent(0)).isEqualByComparingTo("0");
        }

        @Test
        void leavesTheRestToOthers() {
            reopen();
            report(waits(1, "4"));
            report(waits(2, "0.01"));

            assertThat(lent(1)).isEqualByComparingTo("4");
            assertThat(lent(2)).isEqualByComparingTo("0");
        }

        @Test
        void isNotForgottenByARestartedOwner() {
            reopen();
            owner = restarted();
            report(waits(1, "4.01"));

            assertThat(lent(1)).isEqualByComparingTo("0");
        }

        @Test
        void cannotReportAnyMore() {
            LeaseReport late = idle(0, balance("8", "1"));
            reopen();
            report(late);
            passSecond();

            assertThat(state().spentUsd()).isEqualByComparingTo("6");
            assertThat(grant(0).openedMillis()).isEqualTo(1);
        }
    }
}
