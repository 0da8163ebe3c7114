package dev.millrace.standalone.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.budget.BudgetLimit;
import dev.millrace.contracts.budget.BudgetState;
import dev.millrace.contracts.budget.OnExhausted;
import dev.millrace.contracts.control.ControlKey.BatchBudget;
import dev.millrace.contracts.control.ControlKey.BatchLimit;
import dev.millrace.contracts.control.ControlKey.Budget;
import dev.millrace.contracts.control.ControlKey.TenantBudget;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class BudgetMonitorTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final BatchLimit BATCH = new BatchLimit("acme", "b");
    private static final Budget ACCOUNT = new BatchBudget("acme", "b");

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream stream = new PrintStream(printed, true, UTF_8);
    private ControlState control = ControlState.EMPTY;
    private boolean isReadable = true;
    private int readings;
    private long held;
    private long nowNanos = Long.MAX_VALUE - 1_000;
    private final BudgetMonitor monitor =
            new BudgetMonitor(
                    new Terminal(stream, stream, false),
                    () -> nowNanos,
                    () -> NOON,
                    Set.of(BATCH),
                    this::read,
                    () -> held);

    private ControlState read() {
        readings++;
        if (!isReadable) {
            throw UserError.failure("the cluster does not answer");
        }
        return control;
    }

    private void publish(Budget account, int waiting, String reserved) {
        publish(account, "0.9", waiting, reserved);
    }

    private void publish(Budget account, String spent, int waiting, String reserved) {
        publish(account, spent, waiting, reserved, Optional.empty());
    }

    private void publish(
            Budget account, String spent, int waiting, String reserved, Optional<String> needed) {
        var state =
                new BudgetState(
                        BigDecimal.ONE,
                        new BigDecimal(spent),
                        new BigDecimal(reserved),
                        new BudgetState.Waiting(waiting, needed.map(BigDecimal::new), 0),
                        0,
                        80,
                        OnExhausted.PARK,
                        Optional.empty(),
                        NOON);
        control = control.with(account.text(), state.toJson());
    }

    /** Lets time pass with ticks in each interval; returns true if the run is to end. */
    private boolean pass(Duration time, long pending) {
        boolean ends = monitor.onTick(pending, () -> {});
        long end = nowNanos + time.toNanos();
        while (nowNanos - end < 0 && !ends) {
            nowNanos += Duration.ofSeconds(1).toNanos();
            ends = monitor.onTick(pending, () -> {});
        }
        return ends;
    }

    private boolean passQuietPeriod(long pending) {
        return pass(BudgetMonitor.QUIET_PERIOD.plus(BudgetMonitor.READ_INTERVAL), pending);
    }

    private List<String> lines() {
        return printed.toString(UTF_8).lines().toList();
    }

    @Nested
    class WhileARunMakesProgress {
        @Test
        void readsNothing() {
            for (int pending = 20; pending > 0; pending--) {
                assertThat(pass(Duration.ofSeconds(1), pending)).isFalse();
            }

            assertThat(readings).isZero();
        }
    }

    @Nested
    class WhenEveryJobWaits {
        @Test
        void endsTheRunAfterTheQuietPeriod() {
            publish(ACCOUNT, 3, "0");

            assertThat(pass(BudgetMonitor.QUIET_PERIOD.minusSeconds(1), 3)).isFalse();
            assertThat(pass(BudgetMonitor.READ_INTERVAL, 3)).isTrue();
            assertThat(monitor.exhausted()).hasSize(1);
        }

        @Test
        void saysSoOnce() {
            publish(ACCOUNT, 3, "0");
            var _ = passQuietPeriod(3);

            assertThat(lines())
                    .singleElement()
                    .asString()
                    .endsWith(
                            "budget of batch b of acme: 0.9 of 1 USD spent, 0 reserved; 3 jobs wait"
                                    + " for money; 80 % reached");
        }

        @Test
        void countsBudgetsOfTheTenant() {
            publish(TenantBudget.total("acme"), 3, "0");

            assertThat(passQuietPeriod(3)).isTrue();
        }

        @Test
        void ignoresOtherBudgets() {
            publish(new BatchBudget("acme", "other"), 3, "0");
            publish(TenantBudget.total("other"), 3, "0");

            assertThat(passQuietPeriod(3)).isFalse();
            assertThat(lines()).isEmpty();
        }
    }

    @Nested
    class WhenTheWorkerHoldsJobsOfASpentBudget {
        @Test
        void endsTheRunAlthoughTheirMoneyIsReserved() {
            publish(ACCOUNT, "1.2", 1, "0.05");
            held = 2;

            assertThat(passQuietPeriod(3)).isTrue();
            assertThat(lines())
                    .singleElement()
                    .asString()
                    .contains("1.2 of 1 USD spent (0.2 above the limit), 0.05 reserved");
        }

        @Test
        void waitsForTheJobsThatRun() {
            publish(ACCOUNT, "1.2", 0, "0.05");
            held = 2;

            assertThat(passQuietPeriod(3)).isFalse();
        }

        @Test
        void waitsForTheStateOfTheBudget() {
            held = 2;

            assertThat(passQuietPeriod(2)).isFalse();
        }
    }

    @Nested
    class WhenAllJobsHaveEnded {
        @Test
        void exceededBudgetsAreReturnedOnceNothingIsReserved() {
            publish(ACCOUNT, "0.9", 0, "0.3");

            var exceeded =
                    monitor.exceeded(
                            () -> {
                                publish(ACCOUNT, "1.2", 0, "0");
                                return true;
                            });

            assertThat(exceeded)
                    .singleElement()
                    .extracting(it -> it.state().exceededUsd())
                    .isEqualTo(new BigDecimal("0.2"));
        }

        @Test
        void budgetWithinItsLimitIsNotReturned() {
            publish(ACCOUNT, "1", 0, "0");

            assertThat(monitor.exceeded(() -> true)).isEmpty();
        }
    }

    @Nested
    class WhenJobsStillSpendMoney {
        @Test
        void runContinues() {
            publish(ACCOUNT, 3, "0.05");

            assertThat(passQuietPeriod(4)).isFalse();
            assertThat(lines()).hasSize(1);
        }

        @Test
        void quietPeriodBeginsWhenTheyEnd() {
            publish(ACCOUNT, 3, "0.05");
            assertThat(passQuietPeriod(4)).isFalse();

            publish(ACCOUNT, 3, "0");

            assertThat(pass(BudgetMonitor.QUIET_PERIOD.minusSeconds(2), 3)).isFalse();
            assertThat(passQuietPeriod(3)).isTrue();
        }

        @Test
        void jobsWithoutABudgetKeepTheRunGoing() {
            publish(ACCOUNT, 3, "0");

            assertThat(passQuietPeriod(4)).isFalse();
        }

        @Test
        void jobThatWaitsForTwoBudgetsCountsOnce() {
            publish(ACCOUNT, 2, "0");
            publish(TenantBudget.total("acme"), 2, "0");

            assertThat(passQuietPeriod(4)).isFalse();
            assertThat(passQuietPeriod(2)).isTrue();
        }
    }

    @Nested
    class WhenTheRestCoversTheNextJob {
        @Test
        void runContinuesUntilTheMoneyArrives() {
            publish(ACCOUNT, "0.9", 3, "0", Optional.of("0.1"));

            assertThat(passQuietPeriod(3)).isFalse();

            publish(ACCOUNT, "0.95", 3, "0", Optional.of("0.1"));

            assertThat(passQuietPeriod(3)).isTrue();
        }

        @Test
        void runEndsIfAnotherBudgetDoesNotCoverIt() {
            publish(ACCOUNT, "0.2", 3, "0", Optional.of("0.1"));
            publish(TenantBudget.total("acme"), "0.95", 3, "0", Optional.of("0.1"));

            assertThat(passQuietPeriod(3)).isTrue();
        }
    }

    @Nested
    class WhenALimitWasRaised {
        private void raise() {
            var limit = new BudgetLimit(BigDecimal.TWO, NOON, "me");
            control = control.with(BATCH.text(), limit.toJson());
        }

        @Test
        void stateOfTheOldLimitDoesNotCount() {
            publish(ACCOUNT, 3, "0");
            raise();

            assertThat(passQuietPeriod(3)).isFalse();
        }
    }

    @Nested
    class WhenTheControlTopicCannotBeRead {
        @Test
        void runContinues() {
            publish(ACCOUNT, 3, "0");
            isReadable = false;

            assertThat(passQuietPeriod(3)).isFalse();
            assertThat(readings).isPositive();
        }
    }
}
