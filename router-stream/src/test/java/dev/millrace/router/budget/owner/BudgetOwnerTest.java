package dev.millrace.router.budget.owner;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.budget.BudgetLimit;
import dev.millrace.contracts.budget.BudgetState;
import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.config.TenantConfig;
import dev.millrace.contracts.config.TenantConfig.Budget;
import dev.millrace.contracts.config.TenantConfig.OnExhausted;
import dev.millrace.contracts.config.TenantConfig.Period;
import dev.millrace.contracts.control.ControlKey.BatchBudget;
import dev.millrace.contracts.control.ControlKey.TenantBudget;
import dev.millrace.contracts.control.ControlKey.TenantLimit;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.router.budget.ShareBalance;
import dev.millrace.router.budget.ShareGrant;
import dev.millrace.router.budget.ShareReport;
import dev.millrace.router.budget.ShareReport.Demand;
import dev.millrace.router.budget.WaitingPartition;
import dev.millrace.router.budget.account.BudgetAccounts;
import dev.millrace.router.canary.CanaryRules;
import dev.millrace.router.entry.TreeStore;
import dev.millrace.router.policy.PolicySnapshot;
import dev.millrace.router.topology.TestClock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BudgetOwnerTest implements OwnerOutputs {
    private static final BigDecimal LIMIT = new BigDecimal("10");

    private final TestClock clock = new TestClock();
    private final TreeStore store = new TreeStore();
    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final Map<Integer, ShareGrant> grants = new HashMap<>();
    private final List<ControlRecord> published = new ArrayList<>();
    private final Instant midnight =
            clock.instant()
                    .atZone(ZoneOffset.UTC)
                    .toLocalDate()
                    .atStartOfDay(ZoneOffset.UTC)
                    .toInstant();
    private final TenantBudget acme = new TenantBudget("acme", Period.DAY, Optional.of(midnight));
    private Map<String, TenantConfig> tenants = Map.of();
    private ControlState control = ControlState.EMPTY;
    private long sequence;
    private BudgetOwner owner = restarted();

    @BeforeEach
    void configure() {
        var budget = new Budget(LIMIT, Period.DAY, ZoneOffset.UTC, OnExhausted.PARK);
        tenants = Map.of("acme", new TenantConfig(1, Optional.of(budget)));
    }

    private BudgetOwner restarted() {
        store.abort();
        return new BudgetOwner(store, this::policies, clock, new OwnerMetrics(meters), this);
    }

    private PolicySnapshot policies() {
        return new PolicySnapshot(
                control,
                Optional.empty(),
                CanaryRules.of(control, Map.of(), Catalog.of(List.of())),
                new BudgetAccounts(tenants, Map.of(), control.budgets().limits()));
    }

    @Override
    public void grant(String account, int partition, ShareGrant grant) {
        grants.put(partition, grant);
    }

    @Override
    public void state(ControlRecord record) {
        published.add(record);
        control = control.with(record.key().text(), record.value());
    }

    private static BigDecimal usd(String amount) {
        return new BigDecimal(amount);
    }

    /** Returns a report of a partition whose first job waits for an amount. */
    private ShareReport waits(int partition, String needed) {
        return report(partition, share("0", "0"), needed, 7L, null);
    }

    private ShareReport idle(int partition, ShareBalance share) {
        return report(partition, share, "0", null, null);
    }

    private static ShareBalance share(String lent, String spent) {
        return new ShareBalance(usd(lent), BigDecimal.ZERO, BigDecimal.ZERO, usd(spent));
    }

    private ShareReport report(
            int partition,
            ShareBalance share,
            String needed,
            @Nullable Long since,
            @Nullable BigDecimal declared) {
        int waiting = since == null ? 0 : 1;
        var demand = new Demand(usd(needed), usd(needed), waiting, since);
        return new ShareReport(partition, ++sequence, share, demand, 0, declared);
    }

    private void report(ShareReport report) {
        owner.onReport(acme.account(), report.toBytes());
        boolean _ = owner.onTick();
        store.commit();
    }

    private void passSecond() {
        clock.advance(Duration.ofSeconds(1));
        boolean _ = owner.onTick();
        store.commit();
    }

    private BigDecimal lent(int partition) {
        ShareGrant grant = grants.get(partition);
        return grant == null ? BigDecimal.ZERO : grant.lent();
    }

    private ShareGrant grant(int partition) {
        return Objects.requireNonNull(grants.get(partition));
    }

    private BudgetState state() {
        return BudgetState.of(Objects.requireNonNull(published.getLast().value()));
    }

    @Nested
    class APartitionThatWaits {
        @Test
        void getsWhatItNeeds() {
            report(waits(0, "4"));

            assertThat(lent(0)).isEqualByComparingTo("4");
        }

        @Test
        void getsNothingBeyondTheLimit() {
            report(waits(0, "8"));
            report(idle(0, share("8", "0")));
            report(waits(1, "4"));

            assertThat(lent(1)).isEqualByComparingTo("0");
            assertThat(grant(0).firstWaiting()).isEqualTo(new WaitingPartition(7, 1));
        }

        @Test
        void getsAnAnswerToEachReport() {
            report(waits(0, "20"));
            grants.clear();
            report(waits(0, "20"));

            assertThat(grants).containsOnlyKeys(0);
        }

        @Test
        void getsMoneyAfterARaiseInControl() {
            report(waits(0, "20"));

            control =
                    control.with(
                            new TenantLimit("acme").text(),
                            new BudgetLimit(usd("30"), clock.instant(), "me").toJson());
            passSecond();

            assertThat(lent(0)).isEqualByComparingTo("20");
        }

        @Test
        void isToldWhatTheOthersSpend() {
            report(waits(0, "8"));
            report(waits(1, "4"));
            report(idle(0, share("8", "7")));

            assertThat(grant(1).spent()).isEqualByComparingTo("7");
        }
    }

    @Nested
    class ABatch {
        private final BatchBudget batch = new BatchBudget("acme", "b");

        private void reportBatch(ShareReport report) {
            owner.onReport(batch.account(), report.toBytes());
            boolean _ = owner.onTick();
        }

        @Test
        void hasTheDeclaredLimit() {
            reportBatch(report(0, share("0", "0"), "5", 7L, usd("5")));

            assertThat(grant(0).limit()).isEqualByComparingTo("5");
            assertThat(lent(0)).isEqualByComparingTo("5");
        }

        @Test
        void keepsTheDeclaredLimitWhenALaterReportHasNone() {
            reportBatch(report(0, share("0", "0"), "5", 7L, usd("5")));
            reportBatch(waits(1, "1"));

            assertThat(grant(1).limit()).isEqualByComparingTo("5");
        }

        @Test
        void withoutALimitGetsNothing() {
            reportBatch(waits(0, "1"));

            assertThat(lent(0)).isEqualByComparingTo("0");
        }
    }

    @Nested
    class ARestartedOwner {
        @Test
        void knowsWhatIsLent() {
            report(waits(0, "8"));
            owner = restarted();
            report(waits(1, "4"));

            assertThat(lent(1)).isEqualByComparingTo("0");
        }

        @Test
        void repeatsAGrantThatItsPartitionHasNotConfirmed() {
            report(waits(0, "8"));
            grants.clear();
            owner = restarted();
            boolean _ = owner.onTick();

            assertThat(lent(0)).isEqualByComparingTo("8");
        }

        @Test
        void keepsTheLimitOfARemovedBudget() {
            report(waits(0, "8"));
            tenants = Map.of();
            owner = restarted();
            report(waits(1, "1"));

            assertThat(grant(1).limit()).isEqualByComparingTo(LIMIT);
        }

        @Test
        void forgetsAnAbortedReport() {
            report(waits(0, "8"));
            owner.onReport(acme.account(), waits(1, "2").toBytes());
            owner = restarted();
            report(waits(2, "2"));

            assertThat(lent(2)).isEqualByComparingTo("2");
        }
    }

    @Nested
    class AState {
        @Test
        void isPublishedWhenItChanges() {
            report(waits(0, "8"));
            passSecond();

            assertThat(published).hasSize(1);
            assertThat(published.getFirst().key()).isEqualTo(acme);
            assertThat(state().waitingJobs()).isEqualTo(1);
            assertThat(state().periodEnd()).contains(midnight.plus(Duration.ofDays(1)));

            report(idle(0, share("8", "1")));
            passSecond();
            passSecond();

            assertThat(published).hasSize(2);
            assertThat(state().spentUsd()).isEqualByComparingTo("1");
        }

        @Test
        void isPublishedOnceASecond() {
            report(waits(0, "8"));
            passSecond();
            report(idle(0, share("8", "1")));
            report(idle(0, share("8", "2")));

            assertThat(published).hasSize(1);
        }

        @Test
        void isNotPublishedAgainByARestartedOwner() {
            report(waits(0, "8"));
            passSecond();
            owner = restarted();
            passSecond();

            assertThat(published).hasSize(1);
        }

        @ParameterizedTest
        @CsvSource({"4.99,0", "5,50", "7.99,50", "8,80", "9.99,80", "10,100"})
        void hasTheAlertOfTheSpentMoney(String spent, int percent) {
            report(idle(0, share("10", spent)));
            passSecond();

            assertThat(state().alertPercent()).isEqualTo(percent);
        }

        @Test
        void isExhaustedWhenJobsWaitForTheRest() {
            report(idle(0, share("10", "9")));
            report(waits(1, "2"));
            passSecond();

            assertThat(state().alertPercent()).isEqualTo(100);
        }

        @Test
        void isNotExhaustedWhileRunningJobsMayGiveMoneyBack() {
            report(idle(0, new ShareBalance(LIMIT, BigDecimal.ZERO, usd("1"), usd("9"))));
            report(waits(1, "2"));
            passSecond();

            assertThat(state().alertPercent()).isEqualTo(80);
        }

        @Test
        void isShownInMetrics() {
            report(idle(0, share("10", "9")));
            passSecond();

            assertThat(
                            meters.get("millrace.router.budget.spent.usd")
                                    .tag("tenant", "acme")
                                    .gauge()
                                    .value())
                    .isEqualTo(9);
            assertThat(
                            meters.get("millrace.router.budget.alerts")
                                    .tag("percent", "80")
                                    .gauge()
                                    .value())
                    .isEqualTo(1);
        }
    }

    @Nested
    class AnEndedPeriod {
        @Test
        void isDeletedAfterTwoDays() {
            report(idle(0, share("8", "1")));
            passSecond();
            clock.advance(Duration.ofDays(3));
            passSecond();

            assertThat(published.getLast()).isEqualTo(ControlRecord.removal(acme));
            assertThat(store.count('t') + store.count('p')).isZero();
        }

        @Test
        void isKeptWhileMoneyIsReserved() {
            report(idle(0, new ShareBalance(LIMIT, BigDecimal.ZERO, usd("1"), BigDecimal.ZERO)));
            clock.advance(Duration.ofDays(9));
            passSecond();

            assertThat(published).noneMatch(it -> it.value() == null);
        }
    }

    @Nested
    class ARecordOfAnotherProgram {
        @Test
        void isIgnored() {
            owner.onReport("x", "y".getBytes(UTF_8));
            owner.onReport(acme.account(), null);

            assertThat(owner.onTick()).isFalse();
        }
    }
}
