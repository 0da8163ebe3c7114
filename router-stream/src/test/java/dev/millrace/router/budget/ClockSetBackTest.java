package dev.millrace.router.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.router.budget.BudgetWorld.Job;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Tests a router whose clock was a day ahead. */
class ClockSetBackTest extends BudgetScene {
    @Test
    void deadlinesOfParkedJobsTakeEffect() {
        pass(Duration.ofDays(1));
        world.clock.advance(Duration.ofDays(-1));
        end(submit(0, "acme", 60), 60);
        Instant deadline = world.clock.instant().plusSeconds(90);
        Job late = submit(0, "acme", "batch", null, 1, deadline);

        pass(Duration.ofSeconds(90));

        assertThat(refusalOf(late).error()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
    }

    @Test
    void leaseInUseReports() {
        pass(Duration.ofDays(1));
        Job running = submit(0, "beta", 5);
        world.clock.advance(Duration.ofDays(-1));

        Job next = submit(0, "beta", 40);

        assertThat(released()).containsExactly(running, next);
    }

    @Test
    void unusedMoneyIsGivenBack() {
        pass(Duration.ofDays(1));
        end(submit(0, "beta", 40), 5);
        world.clock.advance(Duration.ofDays(-1));

        settle();

        assertThat(balance(0, "tenant/beta/total").free()).isZero();
    }
}
