package dev.millrace.router.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.BatchConfig;
import dev.millrace.configuration.TenantConfig;
import dev.millrace.configuration.TenantConfig.Budget;
import dev.millrace.contracts.budget.BudgetLimit;
import dev.millrace.contracts.budget.OnExhausted;
import dev.millrace.contracts.budget.Period;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlKey.BatchBudget;
import dev.millrace.contracts.control.ControlKey.BatchLimit;
import dev.millrace.contracts.control.ControlKey.KeyBudget;
import dev.millrace.contracts.control.ControlKey.KeyLimit;
import dev.millrace.contracts.control.ControlKey.TenantBudget;
import dev.millrace.contracts.control.ControlKey.TenantLimit;
import dev.millrace.router.budget.BudgetAccounts.Account;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class BudgetAccountsTest {
    private static final Instant NOW = Instant.parse("2026-11-22T14:27:00Z");
    private static final Instant MIDNIGHT = Instant.parse("2026-11-22T00:00:00Z");
    private static final Instant NEXT_MIDNIGHT = Instant.parse("2026-11-23T00:00:00Z");
    private static final TenantBudget ACME =
            new TenantBudget("acme", Period.DAY, Optional.of(MIDNIGHT));
    private static final BatchBudget BATCH = new BatchBudget("acme", "b");

    private static final BigDecimal FIVE = new BigDecimal("5");
    private static final BigDecimal HUNDRED = new BigDecimal("100");

    private static BudgetAccounts accounts(Map<String, TenantConfig> tenants) {
        return new BudgetAccounts(tenants, Map.of(), Map.of());
    }

    private static TenantConfig tenant(BigDecimal limit, Period period) {
        var budget = new Budget(limit, period, ZoneOffset.UTC, OnExhausted.REJECT);
        return new TenantConfig(1, Optional.of(budget));
    }

    private static Map<String, TenantConfig> acmeBudget() {
        return Map.of("acme", tenant(HUNDRED, Period.DAY));
    }

    private static Account acme(BigDecimal limit) {
        return new Account(ACME, limit, OnExhausted.REJECT, NEXT_MIDNIGHT);
    }

    private static Map<ControlKey.Limit, BudgetLimit> limits(
            ControlKey.Limit key, BigDecimal limit) {
        return Map.of(key, new BudgetLimit(limit, NOW, "me"));
    }

    private static Account batch(BigDecimal limit) {
        return new Account(BATCH, limit, OnExhausted.PARK, null);
    }

    @Nested
    class ATenant {
        @Test
        void withoutABudgetHasNoAccount() {
            assertThat(BudgetAccounts.NONE.of("acme", "b", null, null, NOW)).isEmpty();
        }

        @Test
        void withABudgetHasTheAccountOfThePeriod() {
            assertThat(accounts(acmeBudget()).of("acme", "b", null, null, NOW))
                    .containsExactly(acme(HUNDRED));
        }

        @Test
        void withoutAnEntryHasTheDefaultBudgetForItself() {
            var accounts =
                    accounts(
                            Map.of(
                                    "default",
                                    tenant(FIVE, Period.TOTAL),
                                    "free",
                                    TenantConfig.DEFAULT));

            assertThat(accounts.of("acme", "b", null, null, NOW))
                    .containsExactly(
                            new Account(
                                    TenantBudget.total("acme"), FIVE, OnExhausted.REJECT, null));
            assertThat(accounts.of("free", "b", null, null, NOW)).isEmpty();
        }

        @Test
        void hasTheLimitInControl() {
            var accounts =
                    new BudgetAccounts(
                            acmeBudget(), Map.of(), limits(new TenantLimit("acme"), FIVE));

            assertThat(accounts.of("acme", "b", null, null, NOW)).containsExactly(acme(FIVE));
        }

        @Test
        void withOnlyALimitInControlHasADailyBudget() {
            var accounts =
                    new BudgetAccounts(Map.of(), Map.of(), limits(new TenantLimit("acme"), FIVE));

            assertThat(accounts.of("acme", "b", null, null, NOW)).containsExactly(acme(FIVE));
            assertThat(accounts.of("other", "b", null, null, NOW)).isEmpty();
        }
    }

    @Nested
    class ABatch {
        @Test
        void withADeclaredLimitHasAnAccount() {
            assertThat(BudgetAccounts.NONE.of("acme", "b", null, FIVE, NOW))
                    .containsExactly(batch(FIVE));
        }

        @Test
        void hasTheLimitInControl() {
            var accounts =
                    new BudgetAccounts(
                            Map.of(), Map.of(), limits(new BatchLimit("acme", "b"), HUNDRED));

            assertThat(accounts.of("acme", "b", null, null, NOW)).containsExactly(batch(HUNDRED));
            assertThat(accounts.of("acme", "b", null, FIVE, NOW)).containsExactly(batch(HUNDRED));
            assertThat(accounts.of("acme", "other", null, null, NOW)).isEmpty();
        }

        @Test
        void isPaidFromItsTenantToo() {
            assertThat(accounts(acmeBudget()).of("acme", "b", null, FIVE, NOW))
                    .containsExactly(acme(HUNDRED), batch(FIVE));
        }

        @Test
        void withAnEntryRejectsOrParksAsConfigured() {
            var accounts =
                    new BudgetAccounts(
                            Map.of(),
                            Map.of(
                                    "b",
                                    new BatchConfig(new BatchConfig.Budget(OnExhausted.REJECT))),
                            Map.of());

            assertThat(accounts.of("acme", "b", null, FIVE, NOW))
                    .extracting(Account::onExhausted)
                    .containsExactly(OnExhausted.REJECT);
        }
    }

    @Nested
    class AnApiKey {
        private final BudgetAccounts accounts =
                new BudgetAccounts(
                        acmeBudget(), Map.of(), limits(new KeyLimit("acme", "3f9c"), HUNDRED));

        @Test
        void withABudgetPaysBesideItsTenantAndBatch() {
            assertThat(accounts.of("acme", "b", "3f9c", FIVE, NOW))
                    .containsExactlyInAnyOrder(acme(HUNDRED), batch(FIVE), key(HUNDRED));
        }

        @Test
        void withoutABudgetHasNoAccount() {
            assertThat(accounts.of("acme", "b", "other", null, NOW)).containsExactly(acme(HUNDRED));
        }

        @Test
        void ofAnotherTenantHasNoAccount() {
            assertThat(accounts.of("other", "b", "3f9c", null, NOW)).isEmpty();
        }

        @Test
        void isFoundByItsId() {
            assertThat(accounts.find(new KeyBudget("acme", "3f9c"), null)).contains(key(HUNDRED));
            assertThat(accounts.find(new KeyBudget("acme", "other"), null)).isEmpty();
        }

        private static Account key(BigDecimal limit) {
            return new Account(new KeyBudget("acme", "3f9c"), limit, OnExhausted.REJECT, null);
        }
    }

    @Nested
    class AnAccountId {
        @Test
        void findsItsAccount() {
            assertThat(accounts(acmeBudget()).find(ACME, null)).contains(acme(HUNDRED));
            assertThat(BudgetAccounts.NONE.find(BATCH, FIVE)).contains(batch(FIVE));
        }

        @Test
        void findsNothingWithoutABudget() {
            assertThat(BudgetAccounts.NONE.find(ACME, null)).isEmpty();
            assertThat(BudgetAccounts.NONE.find(BATCH, null)).isEmpty();
        }

        @Test
        void findsNothingAfterAChangeToAPeriodThatBeganTogether() {
            var month = new TenantBudget("acme", Period.MONTH, Optional.of(MIDNIGHT));

            assertThat(accounts(acmeBudget()).find(month, null)).isEmpty();
        }

        @Test
        void findsNothingAfterAChangeOfThePeriod() {
            var hour =
                    new TenantBudget(
                            "acme",
                            Period.HOUR,
                            Optional.of(Instant.parse("2026-11-22T14:00:00Z")));

            assertThat(accounts(acmeBudget()).find(hour, null)).isEmpty();
        }
    }
}
