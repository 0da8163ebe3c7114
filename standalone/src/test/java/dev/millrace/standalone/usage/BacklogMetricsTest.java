package dev.millrace.standalone.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.budget.BudgetState;
import dev.millrace.contracts.budget.OnExhausted;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.OperatorCommand;
import dev.millrace.contracts.job.Lane;
import dev.millrace.standalone.client.RecordCount;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.status.Backlog;
import dev.millrace.standalone.status.LaneBacklog;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.AbstractList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class BacklogMetricsTest {
    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
    private static final List<LaneBacklog> LANES =
            List.of(lane(Lane.NORMAL, 7, 2), lane(Lane.BULK, 9, 0));

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private Supplier<List<LaneBacklog>> cluster = () -> LANES;
    private Supplier<ControlState> control = () -> ControlState.EMPTY;

    private static LaneBacklog lane(Lane lane, long waiting, long running) {
        return new LaneBacklog(
                "cheap", lane, new Backlog(new RecordCount(waiting, false), running));
    }

    private static UserError silence() {
        return UserError.failure("The cluster does not answer");
    }

    private BacklogMetrics metrics() {
        return new BacklogMetrics(
                new BacklogMetrics.Sources(() -> cluster.get(), () -> control.get()),
                List.of("cheap"),
                registry);
    }

    private double gauge(String name, String lane) {
        return registry.get(name).tag("model", "cheap").tag("lane", lane).gauge().value();
    }

    private double gauge(String name) {
        return registry.get(name).tag("model", "cheap").gauge().value();
    }

    @Nested
    class TheBacklog {
        @Test
        void showsTheJobsOfEachModelAndLane() {
            try (var metrics = metrics()) {
                metrics.update();
                assertThat(gauge("millrace.backlog.waiting", "normal")).isEqualTo(7);
                assertThat(gauge("millrace.backlog.waiting", "bulk")).isEqualTo(9);
                assertThat(gauge("millrace.backlog.running", "normal")).isEqualTo(2);
            }
        }

        @Test
        void hasNoMetricsWhileItIsUnknown() {
            try (var metrics = metrics()) {
                metrics.update();
                cluster =
                        () -> {
                            throw silence();
                        };
                control =
                        () -> {
                            throw silence();
                        };
                metrics.update();
                assertThat(registry.getMeters()).isEmpty();
            }
        }

        @Test
        void unexpectedFailureLeavesNoStaleMetrics() {
            try (var metrics = metrics()) {
                metrics.update();
                cluster =
                        () -> {
                            throw new IllegalStateException("a bug");
                        };
                control =
                        () -> {
                            throw new IllegalStateException("another bug");
                        };
                metrics.update();
                assertThat(registry.getMeters()).isEmpty();

                cluster = () -> LANES;
                control = () -> ControlState.EMPTY;
                metrics.update();
                assertThat(gauge("millrace.backlog.waiting", "normal")).isEqualTo(7);
            }
        }

        @Test
        void failureToShowLeavesNoStaleMetrics() {
            try (var metrics = metrics()) {
                metrics.update();
                cluster =
                        () ->
                                new AbstractList<>() {
                                    @Override
                                    public LaneBacklog get(int index) {
                                        throw new IllegalStateException("a bug");
                                    }

                                    @Override
                                    public int size() {
                                        return 1;
                                    }
                                };
                metrics.update();
                assertThat(registry.getMeters()).isEmpty();
            }
        }

        @Test
        void hasMetricsAgainWhenTheClusterAnswers() {
            try (var metrics = metrics()) {
                cluster =
                        () -> {
                            throw silence();
                        };
                metrics.update();
                cluster = () -> LANES;
                metrics.update();
                assertThat(gauge("millrace.backlog.waiting", "normal")).isEqualTo(7);
            }
        }
    }

    @Nested
    class APausedModel {
        @Test
        void isShown() {
            var key = new ControlKey.PauseModel("cheap");
            byte[] value = new OperatorCommand(Instant.EPOCH, "anna").record(key).value();
            control = () -> ControlState.EMPTY.with(key.text(), value);
            try (var metrics = metrics()) {
                metrics.update();
                assertThat(gauge("millrace.backlog.paused")).isEqualTo(1);
            }
        }

        @Test
        void thatContinuesIsShownAsNotPaused() {
            try (var metrics = metrics()) {
                metrics.update();
                assertThat(gauge("millrace.backlog.paused")).isZero();
            }
        }
    }

    @Nested
    class JobsThatWaitForMoney {
        private void setWaiting(ControlKey.Budget key, long jobs) {
            var state =
                    new BudgetState(
                            BigDecimal.TEN,
                            BigDecimal.TEN,
                            BigDecimal.ZERO,
                            new BudgetState.Waiting(jobs, Optional.empty(), 0),
                            0,
                            100,
                            OnExhausted.PARK,
                            Optional.empty(),
                            NOW);
            ControlState before = control.get();
            control = () -> before.with(key.text(), state.toJson());
        }

        private double unfunded(String tenant) {
            return registry.get("millrace.backlog.unfunded").tag("tenant", tenant).gauge().value();
        }

        @Test
        void areCountedOnceByTenant() {
            setWaiting(ControlKey.TenantBudget.total("acme"), 5);
            setWaiting(new ControlKey.BatchBudget("acme", "a"), 2);
            setWaiting(new ControlKey.BatchBudget("acme", "b"), 1);
            setWaiting(new ControlKey.BatchBudget("globex", "a"), 4);
            try (var metrics = metrics()) {
                metrics.update();
                assertThat(unfunded("acme")).isEqualTo(5);
                assertThat(unfunded("globex")).isEqualTo(4);
            }
        }
    }
}
