package dev.millrace.standalone.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.budget.BudgetLimit;
import dev.millrace.contracts.budget.BudgetState;
import dev.millrace.contracts.budget.OnExhausted;
import dev.millrace.contracts.budget.Period;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlKey.BatchBudget;
import dev.millrace.contracts.control.ControlKey.BatchLimit;
import dev.millrace.contracts.control.ControlKey.TenantBudget;
import dev.millrace.contracts.control.ControlKey.TenantLimit;
import dev.millrace.contracts.control.ControlState;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class BudgetReportTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00.351Z");
    private static final Instant MIDNIGHT = Instant.parse("2026-11-21T00:00:00Z");
    private static final TenantBudget TODAY =
            new TenantBudget("acme", Period.DAY, Optional.of(MIDNIGHT.minus(Duration.ofDays(1))));
    private static final BatchBudget BATCH = new BatchBudget("acme", "b");

    private static BudgetState state(
            String spent, String reserved, long waiting, long rejected, int alert, Instant end) {
        return new BudgetState(
                new BigDecimal("2.50"),
                new BigDecimal(spent),
                new BigDecimal(reserved),
                new BudgetState.Waiting(
                        waiting,
                        waiting == 0 ? Optional.empty() : Optional.of(new BigDecimal("0.50")),
                        0),
                rejected,
                alert,
                OnExhausted.PARK,
                Optional.of(end),
                NOON);
    }

    private static BudgetState batch(String spent) {
        return new BudgetState(
                BigDecimal.TWO,
                new BigDecimal(spent),
                BigDecimal.ZERO,
                BudgetState.Waiting.NONE,
                0,
                0,
                OnExhausted.PARK,
                Optional.empty(),
                NOON);
    }

    private static List<BudgetStatus> all(Map<ControlKey.Budget, BudgetState> states, Instant now) {
        ControlState control = ControlState.EMPTY;
        for (var each : states.entrySet()) {
            control = control.with(each.getKey().text(), each.getValue().toJson());
        }
        return BudgetStatus.all(control, now);
    }

    @Nested
    class TheText {
        @Test
        void hasTheNumbersOfATenantsPeriod() {
            assertThat(
                            BudgetText.of(
                                    new BudgetStatus(
                                            TODAY, state("2.01", "0.3", 1037, 1, 80, MIDNIGHT))))
                    .isEqualTo(
                            "budget of tenant acme: 2.01 of 2.5 USD spent, 0.3 reserved; 1,037 jobs"
                                    + " wait for money, the next one needs 0.5 USD; 1 job was rejected; 80 % reached; until"
                                    + " 2026-11-21T00:00:00Z");
        }

        @Test
        void budgetBelowItsLimitHasNotReachedAll() {
            String usedUp =
                    BudgetText.of(new BudgetStatus(TODAY, state("2.01", "0", 3, 1, 100, MIDNIGHT)));

            assertThat(usedUp)
                    .contains("; used up: too little is left for another job")
                    .doesNotContain("100 %");
        }

        @Test
        void spentBudgetHasReachedAll() {
            assertThat(
                            BudgetText.of(
                                    new BudgetStatus(
                                            TODAY, state("2.5", "0", 3, 1, 100, MIDNIGHT))))
                    .contains("; 100 % reached");
        }

        @Test
        void countsJobsThatNeedMoreThanIsLeft() {
            var waiting = new BudgetState.Waiting(3, Optional.of(BigDecimal.TEN), 2);
            var state =
                    new BudgetState(
                            BigDecimal.TWO,
                            BigDecimal.ONE,
                            BigDecimal.ZERO,
                            waiting,
                            0,
                            0,
                            OnExhausted.PARK,
                            Optional.empty(),
                            NOON);

            assertThat(BudgetText.of(new BudgetStatus(BATCH, state)))
                    .endsWith(
                            "; 3 jobs wait for money, the next one needs 10 USD; 2 jobs need more"
                                    + " than is left");
        }

        @Test
        void exceededBudgetsCanBeNarrowedToATenantOrBatch() {
            ControlState control = ControlState.EMPTY;
            for (ControlKey.Budget id : List.of(BATCH, ControlKey.TenantBudget.total("acme"))) {
                control = control.with(id.text(), batch("2.1").toJson());
            }
            control =
                    control.with(
                            new ControlKey.BatchBudget("acme", "within").text(),
                            batch("2").toJson());

            assertThat(exceeded(control, Optional.of("acme"), Optional.empty())).hasSize(2);
            assertThat(exceeded(control, Optional.empty(), Optional.of("b")))
                    .containsExactly(
                            "budget of batch b of acme: 2.1 of 2 USD spent (0.1 above the limit),"
                                    + " 0 reserved");
            assertThat(exceeded(control, Optional.of("other"), Optional.empty())).isEmpty();
        }

        private static List<String> exceeded(
                ControlState control, Optional<String> tenant, Optional<String> batch) {
            return BudgetStatus.exceeded(control, NOON, tenant, batch).stream()
                    .map(BudgetText::of)
                    .toList();
        }

        @Test
        void leavesOutWhatIsZero() {
            assertThat(BudgetText.of(new BudgetStatus(BATCH, batch("0.000001"))))
                    .isEqualTo("budget of batch b of acme: 0.000001 of 2 USD spent, 0 reserved");
        }

        @Test
        void listHasEachBudgetAndEachLimit() {
            SortedMap<ControlKey.Limit, BudgetLimit> limits =
                    new TreeMap<>(Comparator.comparing(ControlKey.Limit::text));
            limits.put(new TenantLimit("acme"), new BudgetLimit(BigDecimal.ONE, NOON, "anna"));

            assertThat(BudgetText.lines(List.of(new BudgetStatus(BATCH, batch("1"))), limits))
                    .containsExactly(
                            "budget of batch b of acme: 1 of 2 USD spent, 0 reserved",
                            "limit of tenant acme: 1 USD, 2026-11-20T12:00:00Z by anna");
        }

        @Test
        void listWithoutBudgetsSaysThatNoneIsInUse() {
            assertThat(BudgetText.lines(List.of(), Collections.emptySortedMap()))
                    .containsExactly("no budgets are in use");
        }

        @Test
        void namesWhoSetALimit() {
            assertThat(
                            BudgetText.of(
                                    new BatchLimit("acme", "b"),
                                    new BudgetLimit(new BigDecimal("2.50"), NOON, "anna")))
                    .isEqualTo("limit of batch b of acme: 2.5 USD, 2026-11-20T12:00:00Z by anna");
        }
    }

    @Nested
    class TheJson {
        @Test
        void hasEveryKey() {
            SortedMap<ControlKey.Limit, BudgetLimit> limits =
                    new TreeMap<>(Comparator.comparing(ControlKey.Limit::text));
            limits.put(new TenantLimit("acme"), new BudgetLimit(BigDecimal.ONE, NOON, "anna"));
            limits.put(new BatchLimit("acme", "b"), new BudgetLimit(BigDecimal.TWO, NOON, "anna"));
            var budgets =
                    all(
                            Map.of(BATCH, batch("1"), TODAY, state("2", "0", 1, 2, 80, MIDNIGHT)),
                            NOON);

            assertThat(BudgetJson.of(budgets, limits))
                    .isEqualTo(
                            """
                            {"budgets":[{"tenant":"acme","batch":"b","limit_usd":2,"spent_usd":1,"reserved_usd":0,"exceeded_usd":0,\
                            "waiting_jobs":0,"holds_back":false,"unaffordable_jobs":0,"rejected_jobs":0,"alert_percent":0,"at":"2026-11-20T12:00:00.351Z"},\
                            {"tenant":"acme","period":"day","period_start":"2026-11-20T00:00:00Z","limit_usd":2.5,"spent_usd":2,"reserved_usd":0,"exceeded_usd":0,\
                            "waiting_jobs":1,"holds_back":false,"needed_usd":0.5,"unaffordable_jobs":0,"rejected_jobs":2,"alert_percent":80,"period_end":"2026-11-21T00:00:00Z",\
                            "at":"2026-11-20T12:00:00.351Z"}],\
                            "limits":[{"tenant":"acme","batch":"b","limit_usd":2,"at":"2026-11-20T12:00:00.351Z","by":"anna"},\
                            {"tenant":"acme","limit_usd":1,"at":"2026-11-20T12:00:00.351Z","by":"anna"}]}""");
        }
    }

    @Nested
    class APastPeriod {
        @Test
        void isLeftOut() {
            assertThat(all(Map.of(TODAY, state("2", "0", 0, 0, 0, MIDNIGHT)), MIDNIGHT)).isEmpty();
        }

        @Test
        void isShownWhileJobsAreUnfinished() {
            assertThat(all(Map.of(TODAY, state("2", "0.1", 0, 0, 0, MIDNIGHT)), MIDNIGHT))
                    .hasSize(1);
        }
    }
}
