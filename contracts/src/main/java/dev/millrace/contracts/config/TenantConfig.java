package dev.millrace.contracts.config;

import static dev.millrace.reader.problem.Violation.require;

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
    public static final String DEFAULT_NAME = "default";

    /** The default settings. */
    public static final TenantConfig DEFAULT = new TenantConfig(1, Optional.empty());

    private static final int MAX_WEIGHT = 1000;

    public TenantConfig {
        require(weight >= 1 && weight <= MAX_WEIGHT, "weight", "must be 1 to 1000, was " + weight);
    }

    /** How often a budget is reset: with each hour, day, week from Monday, or month. */
    public enum Period {
        HOUR,
        DAY,
        WEEK,
        MONTH,
        /** The budget is never reset. */
        TOTAL
    }

    /** The effect on a job that exceeds its budget. */
    public enum OnExhausted {
        /** The job ends with an error result. */
        REJECT,
        /** The job waits for the next period or a larger budget. */
        PARK
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
