package dev.millrace.gateway.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.budget.BudgetState;
import dev.millrace.contracts.budget.OnExhausted;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.OperatorCommand;
import dev.millrace.contracts.control.WorkerReport;
import dev.millrace.contracts.waiting.Waiting;
import dev.millrace.contracts.waiting.WaitingReason;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ControlWaitsTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final OperatorCommand PAUSE = new OperatorCommand(NOON, "ada");

    private static Waiting waiting(String model, WaitingReason reason, int seconds, long jobs) {
        return new Waiting(
                model,
                Optional.empty(),
                reason,
                "value",
                Optional.of(NOON.plusSeconds(seconds)),
                jobs);
    }

    private static ControlRecord report(String instance, Instant expires, Waiting... waits) {
        return new WorkerReport(expires, List.of(), List.of(), List.of(waits), List.of())
                .record(instance);
    }

    private static ControlRecord budget(ControlKey.Budget key, long waiting, String needed) {
        return new ControlRecord(
                key,
                new BudgetState(
                                BigDecimal.TEN,
                                new BigDecimal("8"),
                                BigDecimal.ONE,
                                new BudgetState.Waiting(
                                        waiting, Optional.of(new BigDecimal(needed)), 0),
                                0,
                                80,
                                OnExhausted.PARK,
                                Optional.empty(),
                                NOON)
                        .toJson());
    }

    private static ControlWaits control(ControlRecord... records) {
        var state = ControlState.EMPTY;
        for (ControlRecord each : records) {
            state = state.with(each.key().text(), each.value());
        }
        return new ControlWaits(state, NOON);
    }

    @Nested
    class ReportsOfWorkers {
        @Test
        void areAddedUpByModelAndReason() {
            var waits =
                    control(
                                    report(
                                            "w1",
                                            NOON.plusSeconds(9),
                                            waiting("m", WaitingReason.PROVIDER_WAIT, 20, 2)),
                                    report(
                                            "w2",
                                            NOON.plusSeconds(9),
                                            waiting("m", WaitingReason.PROVIDER_WAIT, 5, 3),
                                            waiting("m", WaitingReason.KEY, 7, 1)))
                            .reported();

            assertThat(waits)
                    .containsExactly(
                            waiting("m", WaitingReason.PROVIDER_WAIT, 5, 5),
                            waiting("m", WaitingReason.KEY, 7, 1));
        }

        @Test
        void expire() {
            assertThat(
                            control(report("w1", NOON, waiting("m", WaitingReason.KEY, 7, 1)))
                                    .reported())
                    .isEmpty();
        }

        @Test
        void loseAnEndThatHasPassed() {
            var waits =
                    control(
                                    report(
                                            "w1",
                                            NOON.plusSeconds(9),
                                            waiting("m", WaitingReason.KEY, -1, 1)))
                            .reported();

            assertThat(waits)
                    .singleElement()
                    .extracting(Waiting::until)
                    .isEqualTo(Optional.empty());
        }
    }

    @Nested
    class ABudget {
        private static final ControlKey.Budget BATCH = new ControlKey.BatchBudget("acme", "b");

        @Test
        void holdsBackJobsThatNeedMoreThanIsLeft() {
            assertThat(control(budget(BATCH, 3, "1.01")).budgets()).containsOnlyKeys(BATCH);
        }

        @Test
        void doesNotHoldBackAJobWhoseMoneyIsJustBeingReserved() {
            assertThat(control(budget(BATCH, 3, "1")).budgets()).isEmpty();
        }
    }

    @Nested
    class ABatch {
        private final ControlWaits control =
                control(
                        PAUSE.record(new ControlKey.PauseTenant("acme")),
                        PAUSE.record(new ControlKey.PauseTenant("other")),
                        PAUSE.record(new ControlKey.PauseBatch("acme", "b2")),
                        PAUSE.record(new ControlKey.PauseModel("n")),
                        budget(new ControlKey.BatchBudget("acme", "b"), 3, "5"),
                        budget(new ControlKey.BatchBudget("other", "b"), 3, "5"),
                        report(
                                "w1",
                                NOON.plusSeconds(9),
                                waiting("m", WaitingReason.FOUND_LIMIT, 7, 0),
                                waiting("m", WaitingReason.PAUSE, 7, 4),
                                waiting("n", WaitingReason.SLOTS, 7, 0)));

        private List<String> texts(String... models) {
            return control
                    .of(new ControlWaits.Scope("acme", "b", Optional.of("k"), Set.of(models)))
                    .stream()
                    .map(Waiting::text)
                    .toList();
        }

        @Test
        void hasTheWaitsOfItsTenantAndModels() {
            assertThat(texts("m"))
                    .containsExactly(
                            "jobs wait: pause: tenant acme, since 2026-11-20T12:00:00Z by ada",
                            "jobs wait: budget: batch/acme/b: 8 of 10 USD spent, 1 reserved,"
                                    + " the next job may cost 5; 3 jobs",
                            "m waits: found_limit: value; until 2026-11-20T12:00:07Z");
        }

        private static ControlWaits.Scope scope(Optional<String> apiKey) {
            return new ControlWaits.Scope("acme", "b", apiKey, Set.of("m"));
        }

        @Test
        void namesTheBudgetOfTheKeyThatHasSubmittedIt() {
            var waits = control(budget(new ControlKey.KeyBudget("acme", "k"), 3, "5"));

            assertThat(waits.of(scope(Optional.of("k"))))
                    .extracting(Waiting::text)
                    .containsExactly(
                            "jobs wait: budget: key/acme/k: 8 of 10 USD spent, 1 reserved,"
                                    + " the next job may cost 5; 3 jobs");
        }

        /** Spending of the tenant's other keys holds back only the jobs of these keys. */
        @Test
        void doesNotNameTheBudgetOfAKeyThatHasNotSubmittedIt() {
            var waits = control(budget(new ControlKey.KeyBudget("acme", "key_of_others"), 3, "5"));

            assertThat(waits.of(scope(Optional.of("k")))).isEmpty();
            assertThat(waits.of(scope(Optional.empty()))).isEmpty();
        }

        @Test
        void hasTheWaitsOfAllModelsIfItsModelsAreUnknown() {
            assertThat(texts())
                    .contains(
                            "n waits: pause: n, since 2026-11-20T12:00:00Z by ada",
                            "n waits: slots: value; until 2026-11-20T12:00:07Z");
        }
    }
}
