package dev.millrace.worker.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.budget.BudgetLimit;
import dev.millrace.contracts.budget.BudgetState;
import dev.millrace.contracts.config.TenantConfig.OnExhausted;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.header.JobCostLimit;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.worker.answer.Billing;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * Released jobs whose provider bills more than a call could cost at most. Each reserves 0.002 USD,
 * and costs 0.05 USD. One call runs at a time.
 */
class SpentBudgetTest {
    private static final int JOBS = 10;
    private static final ControlKey.BatchBudget BATCH = new ControlKey.BatchBudget("t", "b");
    private static final ControlKey.TenantBudget TENANT = ControlKey.TenantBudget.total("t");

    /** Costs 0.05 USD at the test's model. */
    private static final Billing EXCESSIVE = new Billing.Billed(TokenUsage.of(50_000, 0));

    private final FakeCluster cluster = new FakeCluster();
    private final TestWorker worker = new TestWorker(cluster, "max_in_flight: 1");

    private void start() {
        cluster.jobs(0, JOBS);
        for (int offset = 0; offset < JOBS; offset++) {
            cluster.costLimit(
                    0,
                    offset,
                    new JobCostLimit(new BigDecimal("0.002"), List.of(new BigDecimal("0.001"))));
        }
        worker.turn(1);
        worker.owning(0);
    }

    private void publish(ControlKey.Budget id, String limit, String spent, OnExhausted policy) {
        var state =
                new BudgetState(
                        new BigDecimal(limit),
                        new BigDecimal(spent),
                        BigDecimal.ZERO,
                        BudgetState.Waiting.NONE,
                        0,
                        0,
                        policy,
                        Optional.empty(),
                        FakeCluster.SUBMITTED);
        worker.control.take(new ControlRecord(id, state.toJson()));
    }

    private void limit(String usd) {
        worker.control.take(
                new ControlRecord(
                        new ControlKey.BatchLimit("t", "b"),
                        new BudgetLimit(new BigDecimal(usd), FakeCluster.SUBMITTED, "test")
                                .toJson()));
    }

    /** Answers the running call, if there is one. */
    private void answer() {
        for (String running : List.copyOf(worker.providers.running())) {
            worker.providers.end(running, FakeProviders.answered(EXCESSIVE));
        }
        worker.turn(3);
    }

    private void answerAll() {
        for (int i = 0; i < JOBS; i++) {
            answer();
        }
    }

    private double held() {
        return worker.registry.get("millrace.worker.jobs.unpaid").gauge().value();
    }

    @Nested
    class WhenTheBudgetParks {
        @Test
        void noCallStartsAfterTheOneThatPassesTheLimit() {
            limit("0.08");
            start();

            answerAll();

            assertThat(worker.providers.calls).hasSize(2);
            assertThat(cluster.results()).hasSize(2);
            assertThat(held()).isEqualTo(8);
        }

        @Test
        void publishedStateHoldsTheJobsLater() {
            limit("0.08");
            start();
            answerAll();
            publish(BATCH, "0.08", "0.1", OnExhausted.PARK);

            worker.time.advance(Duration.ofMinutes(1));
            worker.turn(3);

            assertThat(worker.providers.calls).hasSize(2);
        }

        @Test
        void jobsWaitHoweverLateTheStateIsPublished() {
            limit("0.08");
            start();
            answerAll();

            worker.time.advance(Duration.ofMinutes(10));
            worker.turn(3);
            publish(BATCH, "0.08", "0.05", OnExhausted.PARK);
            worker.time.advance(Duration.ofMinutes(10));
            worker.turn(3);

            assertThat(worker.providers.calls).hasSize(2);
        }

        @Test
        void jobsContinueAfterARaise() {
            limit("0.08");
            start();
            answerAll();
            publish(BATCH, "1", "0.1", OnExhausted.PARK);

            worker.time.advance(Duration.ofSeconds(10));
            worker.turn(3);
            answerAll();

            assertThat(cluster.results()).hasSize(JOBS);
            assertThat(held()).isZero();
        }

        @Test
        void excessCountsInTheBudgetOfTheTenant() {
            publish(TENANT, "0.08", "0.03", OnExhausted.PARK);
            start();

            answerAll();

            assertThat(worker.providers.calls).hasSize(1);
        }
    }

    @Nested
    class WhenTheBudgetRejects {
        @Test
        void jobsEndAsBudgetExceeded() {
            publish(TENANT, "0.08", "0", OnExhausted.REJECT);
            start();

            answerAll();

            assertThat(worker.providers.calls).hasSize(2);
            assertThat(cluster.results())
                    .hasSize(JOBS)
                    .filteredOn(it -> "budget_exceeded".equals(it.errorCode()))
                    .hasSize(8);
        }
    }

    @Nested
    class WhenNoBudgetIsKnown {
        @Test
        void jobsWaitForItsStateAfterTheFirstExcess() {
            start();
            answerAll();
            assertThat(worker.providers.calls).hasSize(1);

            publish(TENANT, "0.04", "0.05", OnExhausted.PARK);
            worker.time.advance(Duration.ofMinutes(1));
            worker.turn(3);

            assertThat(worker.providers.calls).hasSize(1);
        }

        @Test
        void jobsWithoutABudgetContinueAfterSeconds() {
            start();
            answerAll();

            worker.time.advance(Duration.ofSeconds(11));
            worker.turn(3);
            answerAll();

            assertThat(cluster.results()).hasSize(JOBS);
        }
    }

    @Test
    void budgetWithMoneyHoldsNothing() {
        publish(BATCH, "10", "0.1", OnExhausted.PARK);
        start();

        answerAll();

        assertThat(cluster.results()).hasSize(JOBS);
    }
}
