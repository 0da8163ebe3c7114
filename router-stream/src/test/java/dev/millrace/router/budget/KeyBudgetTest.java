package dev.millrace.router.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlKey.KeyLimit;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.router.budget.BudgetWorld.Job;
import dev.millrace.router.message.RoutingMessage.Rejection;
import java.math.BigDecimal;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An API key of tenant free, which has no budget, has 40 USD. */
class KeyBudgetTest extends BudgetScene {
    private static final KeyLimit KEY = new KeyLimit("free", "ci");
    private static final String ACCOUNT = "key/free/ci";

    @BeforeEach
    void limitKey() {
        limit(KEY, 40);
    }

    private Job submitIn(int partition, String batch, int amount) {
        return submitOf("ci", partition, "free", batch, null, amount);
    }

    @Test
    void oneBudgetPaysAllBatchesInAllPartitions() {
        Job first = submitIn(0, "key-ci", 20);
        Job second = submitIn(1, "batch_1", 20);
        Job third = submitIn(0, "batch_2", 20);

        assertThat(released()).containsExactly(first, second);

        end(first, 0);
        assertThat(released()).containsExactly(first, second, third);
    }

    @Test
    void jobOfAnotherKeyDoesNotWait() {
        var _ = submitIn(0, "a", 40);
        Job waiting = submitIn(0, "a", 10);

        Job other = submitOf("other", 0, "free", "a", null, 10);

        assertThat(released()).contains(other).doesNotContain(waiting);
    }

    @Test
    void jobIsRejectedOnceTheMoneyIsSpent() {
        end(submitIn(0, "a", 40), 38);

        Rejection rejection = refusalOf(submitIn(1, "b", 10));

        assertThat(rejection.error()).isEqualTo(ErrorCode.BUDGET_EXCEEDED);
        assertThat(rejection.message()).contains("the budget of the API key ci");
    }

    @Test
    void jobThatCostsMoreThanTheWholeBudgetIsRejected() {
        assertThat(refusalOf(submitIn(0, "a", 41)).message())
                .contains("more than the whole budget of the API key ci");
    }

    @Test
    void jobNeedsMoneyOfTenantBatchAndKey() {
        limit(new KeyLimit("acme", "ci"), 40);

        Job job = submitOf("ci", 0, "acme", "b", BudgetWorld.BATCH_LIMIT, 30);

        assertThat(released()).containsExactly(job);
        for (String account :
                new String[] {
                    "key/acme/ci", "batch/acme/b", "tenant/acme/hour/2026-11-20T12:00:00Z"
                }) {
            assertThat(balance(0, account).reserved()).isEqualByComparingTo("30");
        }

        end(job, 12);

        assertThat(balance(0, "key/acme/ci").spent()).isEqualByComparingTo("12");
        assertThat(balance(0, "key/acme/ci").reserved()).isZero();
    }

    @Test
    void parkedJobKeepsItsKeyWhenItsRouterRestarts() {
        Job first = submitIn(0, "a", 40);
        Job waiting = submitIn(0, "b", 40);
        world.partitions.get(0).crash();
        settle();
        assertThat(released()).containsExactly(first);

        end(first, 0);

        assertThat(released()).containsExactly(first, waiting);
        assertThat(balance(0, ACCOUNT).reserved()).isEqualByComparingTo("40");
    }

    @Test
    void costThatIsReadAgainIsChargedOnce() {
        Job job = submitIn(0, "a", 40);
        bill(job, 15);
        world.partitions.get(0).readCost();
        world.partitions.get(0).crash();

        settle();

        assertThat(balance(0, ACCOUNT).spent()).isEqualByComparingTo("15");
    }

    @Test
    void raisedLimitReleasesFurtherJobs() {
        end(submitIn(0, "a", 40), 38);

        limit(KEY, 80);

        Job job = submitIn(1, "b", 30);
        assertThat(released()).contains(job);
    }

    @Test
    void spentMoneyIsNeverForgotten() {
        end(submitIn(0, "a", 40), 38);

        for (int day = 0; day < 30; day++) {
            pass(Duration.ofDays(1));
        }

        assertThat(world.control.budgets().states())
                .extractingByKey(new ControlKey.KeyBudget("free", "ci"))
                .satisfies(
                        it ->
                                assertThat(it.spentUsd())
                                        .isEqualByComparingTo(BigDecimal.valueOf(38)));
        assertThat(refusalOf(submitIn(1, "b", 10)).error()).isEqualTo(ErrorCode.BUDGET_EXCEEDED);
    }
}
