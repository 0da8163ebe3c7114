package dev.millrace.configuration;

import static dev.millrace.yaml.problem.Violation.require;

import dev.millrace.contracts.budget.OnExhausted;
import dev.millrace.contracts.budget.Period;
import dev.millrace.contracts.job.Names;
import java.math.BigDecimal;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * One entry of {@code tenants}: the settings of a tenant.
 *
 * @param weight share relative to other tenants, 1 to 1000
 * @param budget spending limit; absent: unlimited
 */
public record TenantConfig(int weight, Optional<Budget> budget) {
    /** The name of the entry for all tenants without one. */
    public static final String DEFAULT_NAME = Names.DEFAULT;

    /** The default settings. */
    public static final TenantConfig DEFAULT = new TenantConfig(1, Optional.empty());

    private static final int MAX_WEIGHT = 1000;

    public TenantConfig {
        require(weight >= 1 && weight <= MAX_WEIGHT, "weight", "must be 1 to 1000, was " + weight);
    }

    /**
     * The spending limit of a tenant.
     *
     * @param limitUsd limit per period in US dollars, above 0
     * @param period period after which the budget is reset
     * @param timeZone time zone in which periods begin
     * @param onExhausted what happens to a job that exceeds the budget
     */
    public record Budget(
            BigDecimal limitUsd, Period period, ZoneId timeZone, OnExhausted onExhausted) {
        /** Defaults of all keys except the limit. */
        public static final Period DEFAULT_PERIOD = Period.DAY;

        public static final ZoneId DEFAULT_TIME_ZONE = ZoneOffset.UTC;
        public static final OnExhausted DEFAULT_ON_EXHAUSTED = OnExhausted.REJECT;

        public Budget {
            require(limitUsd.signum() > 0, "limit_usd", "must be above 0");
        }
    }
}
