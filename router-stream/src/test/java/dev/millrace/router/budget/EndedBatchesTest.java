package dev.millrace.router.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.control.ControlKey.BatchBudget;
import dev.millrace.contracts.control.ControlRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Many ended batches of one line, each with a limit. */
class EndedBatchesTest extends OwnerScene {
    private static final int BATCHES = 20 * BudgetOwner.CHECKED_AT_ONCE;

    private int removed;

    @BeforeEach
    void endBatches() {
        for (int i = 0; i < BATCHES; i++) {
            owner.onReport(
                    new BatchBudget("acme", "b" + i).account(),
                    report(0, balance("1", "1"), "0", null, LIMIT).toBytes());
        }
        boolean _ = owner.onTick();
        store.commit();
    }

    @Override
    public void state(ControlRecord record) {
        if (record.value() == null) {
            removed++;
        }
    }

    private double shownAccounts() {
        return meters.get("millrace.router.budget.accounts").gauge().value();
    }

    @Test
    void firstTickOfAnOwnerPublishesSomeOfThem() {
        owner = restarted();
        passSecond();

        assertThat(shownAccounts()).isBetween(1.0, (double) BudgetOwner.CHECKED_AT_ONCE);
    }

    @Test
    void tickChecksSomeOfThemForRemoval() {
        pass(REPEATS_WINDOW.plusDays(1).plusMinutes(30));
        while (store.count('t') > 0) {
            int before = removed;
            passSecond();
            assertThat(removed - before).isBetween(1, BudgetOwner.CHECKED_AT_ONCE);
        }

        assertThat(removed).isEqualTo(BATCHES);
    }
}
