package dev.millrace.router.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.TenantConfig;
import dev.millrace.configuration.TenantConfig.Budget;
import dev.millrace.contracts.budget.OnExhausted;
import dev.millrace.contracts.budget.Period;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlKey.TenantBudget;
import dev.millrace.router.budget.LeaseReport.Balance;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Tenants without an entry; two of them can have separate accounts. */
class ClaimedTenantsTest extends OwnerScene {
    private static final int MANY = 100_000;

    /** The last grant of each account. */
    private final Map<String, LeaseGrant> granted = new HashMap<>();

    @BeforeEach
    void giveEachTenantABudget() {
        tenants = withDefault(OnExhausted.PARK);
    }

    private static Map<String, TenantConfig> withDefault(OnExhausted onExhausted) {
        var budget = new Budget(LIMIT, Period.DAY, ZoneOffset.UTC, onExhausted);
        return Map.of(TenantConfig.DEFAULT_NAME, new TenantConfig(1, Optional.of(budget)));
    }

    private TenantBudget tenant(int number) {
        return tenant("t" + number, midnight);
    }

    private static TenantBudget tenant(String name, Instant day) {
        return new TenantBudget(name, Period.DAY, Optional.of(day));
    }

    private BigDecimal ask(int tenant, String amount) {
        return ask(tenant(tenant), waits(0, amount));
    }

    private BigDecimal ask(ControlKey.Budget account, LeaseReport report) {
        granted.clear();
        report(account, report);
        LeaseGrant grant = granted.get(account.account());
        return grant == null ? BigDecimal.ZERO : grant.lent();
    }

    @Override
    public void grant(String account, int partition, LeaseGrant grant) {
        super.grant(account, partition, grant);
        granted.put(account, grant);
    }

    private TenantBudget shared() {
        return tenant(SharedAccount.TENANT, midnight);
    }

    private BigDecimal sharedSpent() {
        passSecond();
        return Objects.requireNonNull(control.budgets().states().get(shared())).spentUsd();
    }

    @Nested
    class WithinTheBound {
        @Test
        void eachTenantHasItsWholeLimit() {
            assertThat(ask(0, "10")).isEqualByComparingTo("10");
            assertThat(ask(1, "10")).isEqualByComparingTo("10");
        }

        @Test
        void tenantWithAnEntryCountsForNothing() {
            setLimit("10");

            assertThat(ask(acme, waits(0, "10"))).isEqualByComparingTo("10");
            assertThat(ask(0, "10")).isEqualByComparingTo("10");
            assertThat(ask(1, "10")).isEqualByComparingTo("10");
        }
    }

    @Nested
    class BeyondTheBound {
        @BeforeEach
        void fill() {
            var _ = ask(0, "10");
            var _ = ask(1, "10");
        }

        @Test
        void tenantsShareOneLimit() {
            assertThat(ask(2, "6")).isEqualByComparingTo("6");
            assertThat(ask(3, "6")).isEqualByComparingTo("0");
            assertThat(ask(4, "4")).isEqualByComparingTo("4");
            assertThat(ask(5, "0.01")).isEqualByComparingTo("0");
        }

        @Test
        void repeatedReportIsLentNothingMore() {
            var _ = ask(2, "6");
            var _ = ask(2, "6");

            assertThat(ask(3, "4")).isEqualByComparingTo("4");
        }

        @Test
        void costsBeyondAReservationAreLentToNobody() {
            var _ = ask(2, "6");
            report(tenant(2), idle(0, balance("6", "8")));

            assertThat(ask(3, "2.01")).isEqualByComparingTo("0");
            assertThat(ask(3, "2")).isEqualByComparingTo("2");
        }

        @Test
        void returnedMoneyIsLentAgain() {
            var _ = ask(2, "10");
            report(tenant(2), idle(0, new Balance(LIMIT, usd("7"), BigDecimal.ZERO, usd("3"))));

            assertThat(ask(3, "7.01")).isEqualByComparingTo("0");
            assertThat(ask(3, "7")).isEqualByComparingTo("7");
        }

        @Test
        void jobsAreRejectedOnceTheMoneyIsSpentOnly() {
            tenants = withDefault(OnExhausted.REJECT);
            var _ = ask(2, "10");
            var _ = ask(3, "4");
            assertThat(grant(0).spent()).isEqualByComparingTo("0");

            report(tenant(2), idle(0, balance("10", "10")));
            var _ = ask(3, "4");

            assertThat(grant(0).spent()).isEqualByComparingTo("10");
        }

        @Test
        void jobsThatMayWaitAskAgain() {
            var _ = ask(2, "10");
            report(tenant(2), idle(0, balance("10", "10")));
            var _ = ask(3, "4");

            assertThat(grant(0).spent()).isEqualByComparingTo("0");
        }

        @Test
        void restartedOwnerLendsNoMoreThanTheLimit() {
            var _ = ask(2, "6");
            owner = restarted();

            assertThat(ask(3, "4.01")).isEqualByComparingTo("0");
            assertThat(ask(3, "4")).isEqualByComparingTo("4");
            assertThat(sharedSpent()).isEqualByComparingTo("6");
        }

        @Test
        void tenantOfAFullPeriodGetsNoAccountOfItsOwnLater() {
            var _ = ask(2, "6");
            pass(Duration.ofDays(1));
            owner = restarted();

            assertThat(ask(tenant(2), report(0, balance("6", "6"), "10.01", 7L, null)))
                    .isEqualByComparingTo("6");
        }

        @Test
        void nextPeriodHasRoomAgain() {
            var _ = ask(2, "10");
            Instant next = midnight.plus(Duration.ofDays(1));

            assertThat(ask(tenant("t2", next), waits(0, "10"))).isEqualByComparingTo("10");
            assertThat(ask(tenant("t3", next), waits(0, "10"))).isEqualByComparingTo("10");
        }

        @Test
        void tenantThatGetsAnEntryHasItsOwnLimitLessWhatItWasLent() {
            var _ = ask(new TenantBudget("acme", Period.DAY, Optional.of(midnight)), waits(0, "6"));
            setLimit("10");

            assertThat(ask(acme, report(0, balance("6", "6"), "10", 7L, null)))
                    .isEqualByComparingTo("10");
            var _ = ask(acme, report(1, balance("0", "0"), "0.01", 8L, null));
            assertThat(lent(1)).isEqualByComparingTo("0");
        }

        @Test
        void tenantWithTheNameOfTheSharedAccountHasNoOther() {
            assertThat(ask(shared(), waits(0, "6"))).isEqualByComparingTo("6");
            assertThat(ask(2, "4")).isEqualByComparingTo("4");
            assertThat(ask(3, "1")).isEqualByComparingTo("0");
        }

        /** The clock of its router was set back after it deleted the other lease. */
        @Test
        void leaseThatIsOpenedBeforeAnEarlierOneLearnsThat() {
            var _ = ask(2, "6");
            LeaseReport known = waits(0, "1");
            var before =
                    new LeaseReport(
                            0,
                            known.openedMillis() - 1,
                            1,
                            known.balance(),
                            known.demand(),
                            0,
                            null);

            var _ = ask(tenant(2), before);

            assertThat(granted.get(tenant(2).account()))
                    .extracting(LeaseGrant::openedMillis)
                    .isEqualTo(known.openedMillis());
        }

        @Test
        void manyTenantsKeepABoundedNumberOfEntries() {
            for (int i = 2; i < MANY; i++) {
                owner.onReport(tenant(i).account(), waits(0, "0.0001").toBytes());
            }
            boolean _ = owner.onTick();
            store.commit();

            assertThat(store.count('t')).isEqualTo(CLAIMED_TENANTS + 1);
            assertThat(store.count('p')).isEqualTo(CLAIMED_TENANTS + 1);
            assertThat(sharedSpent()).isBetween(usd("9"), LIMIT);
            assertThat(meters.get("millrace.router.budget.accounts").gauge().value())
                    .isEqualTo(CLAIMED_TENANTS + 1);
        }

        private void endThePeriod() {
            var _ = ask(2, "10");
            owner = restarted();
            report(tenant(0), idle(0, balance("10", "10")));
            report(tenant(1), idle(0, balance("10", "10")));
            pass(Duration.ofDays(4));
        }

        @Test
        void sharedAccountIsRemovedAfterItsPeriod() {
            endThePeriod();

            assertThat(store.count('t') + store.count('p')).isZero();
        }

        @Test
        void reportThatComesAfterItsAccountWasRemovedOpensNoOther() {
            endThePeriod();
            report(tenant(2), idle(0, balance("10", "10")));

            assertThat(store.count('t') + store.count('p')).isZero();
        }
    }
}
