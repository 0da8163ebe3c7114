package dev.millrace.gateway.answer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.budget.BudgetState;
import dev.millrace.contracts.config.TenantConfig.OnExhausted;
import dev.millrace.contracts.config.loading.ConfigLoader;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.OperatorCommand;
import dev.millrace.contracts.control.WorkerBreakers;
import dev.millrace.gateway.http.Caller;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WaitReasonsTest {
    private static final Instant NOW = Instant.parse("2026-11-26T16:00:00Z");
    private static final String OPEN =
            "the circuit breaker of %s is open since 2026-11-26T15:59:00Z (next trial call:"
                    + " 2026-11-26T16:00:30Z); last error: the provider answered 401";

    private ControlState control = ControlState.EMPTY;
    private final WaitReasons reasons =
            new WaitReasons(
                    new ModelsInService(
                            new ConfigLoader(Map.of())
                                    .parse("test", "{}")
                                    .withSimulator()
                                    .modelsInService()),
                    () -> control,
                    InstantSource.fixed(NOW));

    private void publish(ControlRecord record) {
        control = control.with(record.key().text(), record.value());
    }

    private void open(String worker, String breaker, Instant since, boolean jobsWait) {
        publish(
                new WorkerBreakers(
                                NOW.plusSeconds(60),
                                List.of(
                                        new WorkerBreakers.Open(
                                                breaker,
                                                "authentication_error",
                                                "the provider answered 401",
                                                since,
                                                NOW.plusSeconds(30),
                                                jobsWait)))
                        .record(worker));
    }

    private String text(String model) {
        return reasons.text(new WaitReasons.Call(new Caller("ci", "acme"), model));
    }

    @Test
    void nothingIsSaidOfAModelThatNothingHoldsBack() {
        open("w1", "model qwen-turbo", NOW.minusSeconds(60), true);

        assertThat(text("gpt-4.1")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"model gpt-4.1", "provider simulator", "key 2 of simulator"})
    void openBreakerIsNamedWithTheErrorOfTheProvider(String breaker) {
        open("w1", breaker, NOW.minusSeconds(60), true);

        assertThat(text("gpt-4.1")).isEqualTo("; the job was waiting: " + OPEN.formatted(breaker));
        assertThat(text("auto")).contains(breaker);
    }

    @Test
    void breakerOfSeveralWorkersIsNamedOnce() {
        open("w1", "model gpt-4.1", NOW.minusSeconds(10), true);
        open("w2", "model gpt-4.1", NOW.minusSeconds(60), true);

        assertThat(text("gpt-4.1"))
                .isEqualTo("; the job was waiting: " + OPEN.formatted("model gpt-4.1"));
    }

    @Test
    void breakerForWhichNoJobWaitsIsNotNamed() {
        open("w1", "model gpt-4.1", NOW.minusSeconds(60), false);

        assertThat(text("gpt-4.1")).isEmpty();
    }

    @Test
    void pauseIsNamed() {
        publish(new OperatorCommand(NOW, "ada").record(new ControlKey.PauseModel("gpt-4.1")));

        assertThat(text("gpt-4.1")).contains("the model gpt-4.1 is paused");
        assertThat(text("qwen-turbo")).isEmpty();
    }

    @Test
    void budgetThatJobsWaitForIsNamed() {
        var id = new ControlKey.BatchBudget("acme", Caller.SHARED_BATCH);
        var state =
                new BudgetState(
                        new BigDecimal("2.5"),
                        new BigDecimal("1.3"),
                        new BigDecimal("0.2"),
                        new BudgetState.Waiting(3, Optional.of(BigDecimal.TWO), 1),
                        0,
                        50,
                        OnExhausted.PARK,
                        Optional.empty(),
                        NOW);
        publish(new ControlRecord(id, state.toJson()));

        assertThat(text("gpt-4.1"))
                .contains(
                        "3 jobs wait for money of the budget of this batch (1.3 of 2.5 USD spent,"
                                + " 0.2 reserved)");
    }
}
