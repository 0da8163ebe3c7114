package dev.millrace.worker.loop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.budget.BudgetLimit;
import dev.millrace.contracts.budget.BudgetState;
import dev.millrace.contracts.budget.OnExhausted;
import dev.millrace.contracts.budget.Period;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.header.JobCostLimit;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.worker.answer.Billing;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * Released jobs whose provider bills more than the highest cost of a call. Each job reserves 0.002
 * USD and costs 0.05 USD. One call runs at a time.
 */
class SpentBudgetTest {
    private static final int JOBS = 10;
    private static final ControlKey.BatchBudget BATCH = new ControlKey.BatchBudget("t", "b");
    private static final ControlKey.KeyBudget KEY = new ControlKey.KeyBudget("t", "ci");
    private static final ControlKey.TenantBudget TENANT = ControlKey.TenantBudget.total("t");

    /** The end of an hour. */
    private static final Instant END = FakeCluster.SUBMITTED.plus(Duration.ofHours(1));

    /** Costs 0.05 USD at the test's model. */
    private static final Billing EXCESSIVE = new Billing.Billed(TokenUsage.of(50_000, 0));

    private final FakeCluster cluster = new FakeCluster();
    private final TestWorker worker = new TestWorker(cluster, "max_in_flight: 1");

    /** The tenant's account that pays the jobs. */
    private ControlKey.TenantBudget paying = TENANT;

    private void start() {
        start("0.002", "0.001");
    }

    private void start(String reserved, String attempt) {
        cluster.jobs(0, JOBS);
        var limit = new JobCostLimit(new BigDecimal(reserved), List.of(new BigDecimal(attempt)));
        for (int offset = 0; offset < JOBS; offset++) {
            cluster.costLimit(
                    0, offset, limit.by(List.of(BATCH.account(), KEY.account(), paying.account())));
            cluster.replaceHeader(
                    0, offset, new RecordHeader(MillraceHeaders.API_KEY, "ci".getBytes(UTF_8)));
        }
        worker.turn(1);
        worker.owning(0);
    }

    private void publish(ControlKey.Budget id, String limit, String spent, OnExhausted policy) {
        publish(id, limit, spent, policy, null);
    }

    private void publish(
            ControlKey.Budget id,
            String limit,
            String spent,
            OnExhausted policy,
            @Nullable Instant periodEnd) {
        var state =
                new BudgetState(
                        new BigDecimal(limit),
                        new BigDecimal(spent),
                        BigDecimal.ZERO,
                        BudgetState.Waiting.NONE,
                        0,
                        0,
                        policy,
                        Optional.ofNullable(periodEnd),
                        FakeCluster.SUBMITTED);
        worker.control.take(new ControlRecord(id, state.toJson()));
    }

    private void limit(String usd) {
        limit(new ControlKey.BatchLimit("t", "b"), usd);
        publish(BATCH, usd, "0", OnExhausted.PARK);
    }

    private void limit(ControlKey.Limit key, String usd) {
        var limit = new BudgetLimit(new BigDecimal(usd), FakeCluster.SUBMITTED, "test");
        worker.control.take(new ControlRecord(key, limit.toJson()));
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
            limit(new ControlKey.BatchLimit("t", "b"), "1");
            publish(BATCH, "1", "0.1", OnExhausted.PARK);

            worker.time.advance(Duration.ofSeconds(10));
            worker.turn(3);
            answerAll();

            assertThat(cluster.results()).hasSize(JOBS);
            assertThat(held()).isZero();
        }

        @Test
        void jobsContinueInTheNextPeriod() {
            paying = hour(FakeCluster.SUBMITTED);
            publish(BATCH, "10", "0", OnExhausted.PARK);
            publish(paying, "0.08", "0.1", OnExhausted.PARK, END);
            start();
            answerAll();
            assertThat(worker.providers.calls).isEmpty();

            worker.time.advance(Duration.ofHours(1));
            worker.turn(3);
            answerAll();

            assertThat(cluster.results()).hasSize(JOBS);
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
        private void assertThatTwoCallsAreMade() {
            assertThat(worker.providers.calls).hasSize(2);
            assertThat(cluster.results())
                    .hasSize(JOBS)
                    .filteredOn(it -> "budget_exceeded".equals(it.errorCode()))
                    .hasSize(8);
        }

        @Test
        void jobsOfAKeyEndAsBudgetExceeded() {
            publish(KEY, "0.08", "0", OnExhausted.REJECT);
            start();

            answerAll();

            assertThatTwoCallsAreMade();
        }

        @Test
        void limitOfAKeyAppliesOnceItsStateIsPublished() {
            limit(new ControlKey.KeyLimit("t", "ci"), "0.08");
            start();
            worker.turn(1);
            assertThat(worker.providers.calls).isEmpty();

            publish(KEY, "0.08", "0", OnExhausted.REJECT);
            worker.time.advance(Duration.ofSeconds(2));
            worker.turn(3);
            answerAll();

            assertThatTwoCallsAreMade();
        }

        @Test
        void budgetOfAnotherKeyEndsNoJob() {
            publish(BATCH, "10", "0", OnExhausted.PARK);
            publish(new ControlKey.KeyBudget("t", "other"), "0.08", "0.1", OnExhausted.REJECT);
            start();

            answerAll();

            assertThat(worker.providers.calls).hasSize(JOBS);
        }

        @Test
        void jobsEndAsBudgetExceeded() {
            publish(TENANT, "0.08", "0", OnExhausted.REJECT);
            start();

            answerAll();

            assertThatTwoCallsAreMade();
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

    private static ControlKey.TenantBudget hour(Instant start) {
        return new ControlKey.TenantBudget("t", Period.HOUR, Optional.of(start));
    }

    @Test
    void jobThatAnEarlierPeriodPaysIsCalledAlthoughTheNextOneIsSpent() {
        paying = hour(FakeCluster.SUBMITTED);
        publish(BATCH, "10", "0", OnExhausted.PARK);
        publish(paying, "0.08", "0", OnExhausted.REJECT, END);
        publish(hour(END), "0.08", "0.1", OnExhausted.REJECT, END.plus(Duration.ofHours(1)));
        worker.time.advance(Duration.ofHours(1));
        start();

        answerAll();

        assertThat(worker.providers.calls).hasSize(JOBS);
    }

    @Test
    void workerThatStartsAfterTheLimitIsPassedMakesNoCall() {
        publish(BATCH, "0.08", "0.1", OnExhausted.PARK);
        start();

        answerAll();

        assertThat(worker.providers.calls).isEmpty();
        assertThat(held()).isEqualTo(JOBS);
    }

    @Test
    void jobsThatCostNothingContinueThoughTheBudgetIsSpent() {
        publish(BATCH, "0.08", "0.08", OnExhausted.PARK);
        start("0", "0");

        worker.turn(1);

        assertThat(worker.providers.calls).hasSize(1);
    }

    @Test
    void heldJobsCanBeCancelled() {
        publish(BATCH, "0.08", "0.1", OnExhausted.PARK);
        start();
        worker.control.publish(new ControlKey.CancelBatch("t", "b"), worker.time.now());

        worker.time.advance(Duration.ofSeconds(2));
        worker.turn(3);

        assertThat(cluster.results())
                .hasSize(JOBS)
                .allMatch(it -> "cancelled".equals(it.errorCode()));
        assertThat(held()).isZero();
    }

    @Test
    void budgetWithMoneyHoldsNothing() {
        publish(BATCH, "10", "0.1", OnExhausted.PARK);
        start();

        answerAll();

        assertThat(cluster.results()).hasSize(JOBS);
    }
}
