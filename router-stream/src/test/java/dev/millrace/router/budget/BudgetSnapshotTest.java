package dev.millrace.router.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.contracts.budget.BudgetLimit;
import dev.millrace.contracts.budget.BudgetState;
import dev.millrace.contracts.budget.OnExhausted;
import dev.millrace.contracts.budget.Period;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlState;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class BudgetSnapshotTest {
    private static final Instant NOW = Instant.parse("2026-11-22T14:27:00Z");
    private static final Instant MIDNIGHT = Instant.parse("2026-11-22T00:00:00Z");
    private static final MillraceConfig CONFIG =
            new ConfigLoader(Map.of())
                    .parse("test", "tenants: { acme: { budget: { limit_usd: 100 } } }");

    @Nested
    class TheRestOfABudget {
        private ControlState control = ControlState.EMPTY;

        private void put(ControlKey key, byte[] value) {
            control = control.with(key.text(), value);
        }

        private BigDecimal left(String tenant) {
            return Objects.requireNonNull(
                    BudgetSnapshot.of(control, CONFIG).budgetLeft(tenant, NOW));
        }

        private void publish(Instant periodStart) {
            var state =
                    new BudgetState(
                            new BigDecimal("100"),
                            new BigDecimal("60"),
                            new BigDecimal("5"),
                            BudgetState.Waiting.NONE,
                            0,
                            50,
                            OnExhausted.PARK,
                            Optional.empty(),
                            NOW);
            put(
                    new ControlKey.TenantBudget("acme", Period.DAY, Optional.of(periodStart)),
                    state.toJson());
        }

        @Test
        void isUnknownWithoutABudget() {
            assertThat(BudgetSnapshot.of(control, CONFIG).budgetLeft("other", NOW)).isNull();
        }

        @Test
        void isTheLimitUntilSomethingIsSpent() {
            assertThat(left("acme")).isEqualByComparingTo("100");
        }

        @Test
        void isReducedByWhatIsSpentAndReserved() {
            publish(MIDNIGHT);

            assertThat(left("acme")).isEqualByComparingTo("35");
        }

        @Test
        void ignoresEarlierPeriods() {
            publish(Instant.parse("2026-11-21T00:00:00Z"));

            assertThat(left("acme")).isEqualByComparingTo("100");
        }

        @Test
        void growsWithTheLimitInControl() {
            publish(MIDNIGHT);
            put(
                    new ControlKey.TenantLimit("acme"),
                    new BudgetLimit(new BigDecimal("150"), NOW, "me").toJson());

            assertThat(left("acme")).isEqualByComparingTo("85");
        }
    }
}
