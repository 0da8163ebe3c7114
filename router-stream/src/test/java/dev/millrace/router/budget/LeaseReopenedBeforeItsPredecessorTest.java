package dev.millrace.router.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.router.budget.BudgetWorld.Job;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A router whose clock was two days ahead for a day: it opens a lease before a deleted one. */
class LeaseReopenedBeforeItsPredecessorTest extends BudgetScene {
    private void useALeaseTwoDaysAhead(String tenant) {
        pass(Duration.ofDays(2));
        end(submit(0, tenant, 5), 5);
        for (int hour = 0; hour < 26; hour++) {
            pass(Duration.ofHours(1));
        }
        assertThat(world.partitions.get(0).store.count('S')).isZero();
        world.clock.advance(Duration.ofDays(-2));
    }

    @Test
    void jobGetsFreeMoney() {
        useALeaseTwoDaysAhead("beta");

        Job next = submit(0, "beta", 10);

        assertThat(released()).contains(next);
    }

    @Test
    void jobGetsNoSpentMoney() {
        useALeaseTwoDaysAhead("beta");

        Job next = submit(0, "beta", 46);

        assertThat(refusalOf(next).message()).contains("5 of 50 USD are spent");
    }
}
