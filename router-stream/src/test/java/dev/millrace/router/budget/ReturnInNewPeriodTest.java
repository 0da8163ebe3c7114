package dev.millrace.router.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.router.budget.BudgetWorld.Job;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A job returns for another attempt after the period of its budget has ended. */
class ReturnInNewPeriodTest extends BudgetScene {
    private String account(Job job) {
        return world.accountsOf(job).getFirst().id().account();
    }

    private void assertBalance(String account, String reserved, String spent) {
        assertThat(balance(0, account).reserved()).isEqualByComparingTo(reserved);
        assertThat(balance(0, account).spent()).isEqualByComparingTo(spent);
    }

    @Test
    void eachPeriodPaysForTheAttemptsThatStartedInIt() {
        Job job = submit(0, "acme", 40);
        String before = account(job);
        world.clock.advance(Duration.ofHours(1));
        bill(job, 25, false);

        settle();

        // The limit of an hour is 60: 40 are covered, and 40 with the first attempt are not.
        assertThat(released()).containsExactly(job, job);
        assertBalance(before, "0", "25");
        assertBalance(account(job), "40", "0");

        end(job, 10);

        assertBalance(before, "0", "25");
        assertBalance(account(job), "0", "10");
        assertThat(world.partitions.get(0).store.count('R')).isZero();
    }
}
