package dev.millrace.contracts.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.budget.BudgetLimit;
import dev.millrace.contracts.budget.BudgetState;
import dev.millrace.contracts.budget.OnExhausted;
import dev.millrace.contracts.budget.Period;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BudgetRecordsTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final BudgetLimit LIMIT = new BudgetLimit(new BigDecimal("2.50"), NOON, "me");
    private static final BudgetState STATE =
            new BudgetState(
                    new BigDecimal("2.5"),
                    new BigDecimal("1.30"),
                    new BigDecimal("0.2"),
                    new BudgetState.Waiting(3, Optional.of(new BigDecimal("0.50")), 0),
                    4,
                    50,
                    OnExhausted.PARK,
                    Optional.of(NOON),
                    NOON);

    @Nested
    class ALimit {
        private static final ControlKey.Limit KEY = new ControlKey.TenantLimit("acme");
        private final ControlState state = ControlState.EMPTY.with(KEY.text(), LIMIT.toJson());

        @Test
        void isPlainJson() {
            assertThat(new String(LIMIT.toJson(), UTF_8))
                    .isEqualTo("{\"limit_usd\":2.5,\"at\":\"2026-11-20T12:00:00Z\",\"by\":\"me\"}");
        }

        @Test
        void staysUntilItsTombstone() {
            assertThat(state.budgets().limits()).containsEntry(KEY, LIMIT).hasSize(1);
            assertThat(state.with(KEY.text(), null).budgets().limits()).isEmpty();
        }

        @Test
        void staysWhenAPauseExpires() {
            var paused =
                    state.with(
                            "pause/all",
                            new OperatorCommand(NOON, "me", Optional.empty(), Optional.of(NOON))
                                    .record(new ControlKey.PauseAll())
                                    .value());

            assertThat(paused.inEffect(NOON).budgets().limits()).containsEntry(KEY, LIMIT);
        }

        @ParameterizedTest
        @ValueSource(strings = {"0", "-1", "\"2\"", "1e2000000000"})
        void ofNoPositiveAmountIsIgnored(String amount) {
            var value =
                    "{\"limit_usd\":" + amount + ",\"at\":\"2026-11-20T12:00:00Z\",\"by\":\"me\"}";

            var other = ControlState.EMPTY.with(KEY.text(), value.getBytes(UTF_8));

            assertThat(other.unreadable()).containsExactly(KEY.text());
        }
    }

    @Nested
    class AState {
        @Test
        void isPlainJson() {
            assertThat(new String(STATE.toJson(), UTF_8))
                    .isEqualTo(
                            "{\"limit_usd\":2.5,\"spent_usd\":1.3,\"reserved_usd\":0.2,"
                                    + "\"waiting_jobs\":3,\"needed_usd\":0.5,\"unaffordable_jobs\":0,"
                                    + "\"rejected_jobs\":4,\"alert_percent\":50,\"on_exhausted\":\"park\","
                                    + "\"period_end\":\"2026-11-20T12:00:00Z\","
                                    + "\"at\":\"2026-11-20T12:00:00Z\"}");
        }

        @Test
        void isFoundByItsAccount() {
            var batch = new ControlKey.BatchBudget("acme", "b/1");
            var state = ControlState.EMPTY.with("budget/batch/acme/b%2F1", STATE.toJson());

            assertThat(state.budgets().states()).containsEntry(batch, STATE).hasSize(1);
            assertThat(state.with(batch.text(), null).budgets().states()).isEmpty();
        }
    }

    @Nested
    class AnAccount {
        @Test
        void ofATenantNamesItsPeriod() {
            assertThat(new ControlKey.TenantBudget("a/b", Period.HOUR, Optional.of(NOON)).account())
                    .isEqualTo("tenant/a%2Fb/hour/2026-11-20T12:00:00Z");
            assertThat(ControlKey.TenantBudget.total("acme").account())
                    .isEqualTo("tenant/acme/total");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "tenant/acme",
                    "tenant/acme/noon",
                    "other/acme/b",
                    "tenant/acme/day/noon",
                    "tenant/acme/total/2026-11-20T12:00:00Z",
                    "tenant/acme/year/2026-11-20T12:00:00Z",
                    "batch/acme/day/2026-11-20T12:00:00Z"
                })
        void ofAnyOtherTextIsIgnored(String text) {
            assertThat(ControlKey.Budget.ofAccount(text)).isEmpty();
        }
    }
}
