package dev.millrace.router.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.budget.BudgetLimit;
import dev.millrace.contracts.budget.Period;
import dev.millrace.contracts.control.ControlKey.TenantBudget;
import dev.millrace.contracts.control.ControlKey.TenantLimit;
import dev.millrace.router.budget.LeaseGrant.WaitingPartition;
import dev.millrace.router.budget.LeaseReport.Balance;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The first limit of a tenant, whose jobs were called without one, in two partitions. */
class FirstLimitTest extends OwnerScene {
    private final TenantBudget free = new TenantBudget("free", Period.DAY, Optional.of(midnight));

    @BeforeEach
    void setFirstLimit() {
        partitions = 2;
        owner = restarted();
        set("5");
    }

    /** Checks that workers know the limit before money is lent under it. */
    @Override
    public void grant(String account, int partition, LeaseGrant grant) {
        if (grant.lent().signum() > 0 && grant.limit().signum() > 0) {
            assertThat(control.budgets().states().get(free))
                    .isNotNull()
                    .satisfies(it -> assertThat(it.limitUsd()).isEqualByComparingTo(grant.limit()));
        }
        super.grant(account, partition, grant);
    }

    private void set(String usd) {
        control =
                control.with(
                        new TenantLimit("free").text(),
                        new BudgetLimit(usd(usd), clock.instant(), "me").toJson());
    }

    @Test
    void beginsWithWhatAllPartitionsHaveSpent() {
        report(free, waits(0, "2"));
        assertThat(lent(0)).isZero();
        assertThat(grant(1)).isEqualTo(LeaseGrant.QUESTION);

        report(free, idle(1, balance("0", "4")));

        assertThat(lent(0)).isZero();
        assertThat(state().spentUsd()).isEqualByComparingTo("4");
        assertThat(state().limitUsd()).isEqualByComparingTo("5");
    }

    @Test
    void lendsTheRest() {
        report(free, waits(0, "1"));
        report(free, idle(1, balance("0", "4")));

        assertThat(lent(0)).isEqualByComparingTo("1");
    }

    @Test
    void isNotPublishedBeforeAllHaveAnswered() {
        report(free, waits(0, "1"));
        passSecond();

        assertThat(published).isEmpty();
    }

    @Test
    void higherLimitIsPublishedBeforeMoneyIsLentUnderIt() {
        report(free, waits(0, "8"));
        report(free, idle(1, Balance.NONE));
        assertThat(lent(0)).isZero();

        set("20");
        report(free, waits(0, "8"));

        assertThat(lent(0)).isEqualByComparingTo("8");
    }

    @Test
    void doesNotWaitForeverForAPartition() {
        report(free, waits(0, "1"));

        for (int i = 0; i < 10; i++) {
            passSecond();
        }

        assertThat(lent(0)).isEqualByComparingTo("1");
    }

    @Test
    void waitsAgainAfterARestart() {
        report(free, waits(0, "1"));
        grants.clear();
        owner = restarted();
        passSecond();

        assertThat(lent(0)).isZero();
        assertThat(grant(1)).isEqualTo(LeaseGrant.QUESTION);
    }

    @Test
    void removedLimitHasNoStateAndLendsNothing() {
        report(free, waits(0, "1"));
        report(free, idle(1, Balance.NONE));
        assertThat(control.budgets().states()).containsKey(free);

        control = control.with(new TenantLimit("free").text(), null);
        passSecond();

        assertThat(control.budgets().states()).doesNotContainKey(free);
        report(free, waits(1, "1"));
        assertThat(lent(1)).isZero();
    }

    @Test
    void limitThatIsRemovedWhileTheOwnerIsDownHasNoState() {
        report(free, waits(0, "1"));
        report(free, idle(1, Balance.NONE));
        control = control.with(new TenantLimit("free").text(), null);

        owner = restarted();
        passSecond();

        assertThat(control.budgets().states()).doesNotContainKey(free);
    }

    @Test
    void restartedOwnerAsksNobodyWhoHasReported() {
        report(free, waits(0, "1"));
        report(free, idle(1, Balance.NONE));
        grants.clear();

        owner = restarted();
        report(free, waits(1, "1"));

        assertThat(lent(1)).isEqualByComparingTo("1");
    }

    @Test
    void removedLimitTakesBackWhatIsLent() {
        report(free, waits(0, "1"));
        report(free, idle(1, Balance.NONE));

        control = control.with(new TenantLimit("free").text(), null);
        boolean _ = owner.onTick();

        assertThat(grant(0).firstWaiting()).isEqualTo(WaitingPartition.OVER_LIMIT);
    }

    @Test
    void laterLimitBeginsWithWhatWasSpentMeanwhile() {
        report(free, waits(0, "1"));
        report(free, idle(1, Balance.NONE));
        control = control.with(new TenantLimit("free").text(), null);
        passSecond();
        report(free, idle(0, balance("1", "3")));
        report(free, idle(1, balance("0", "3")));

        set("5");
        report(free, idle(0, balance("1", "3")));
        report(free, idle(1, balance("0", "4")));

        assertThat(state().spentUsd()).isEqualByComparingTo("7");
        assertThat(state().limitUsd()).isEqualByComparingTo("5");
    }

    /** A partition can delete its lease, and count later costs in one that it does not report. */
    @Test
    void laterLimitAsksThePartitionsAgain() {
        report(free, waits(0, "1"));
        report(free, idle(1, Balance.NONE));
        control = control.with(new TenantLimit("free").text(), null);
        passSecond();
        grants.clear();

        set("5");
        passSecond();

        assertThat(grants).containsEntry(1, LeaseGrant.QUESTION);
    }
}
