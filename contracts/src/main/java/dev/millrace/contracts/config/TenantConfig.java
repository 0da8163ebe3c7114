package dev.millrace.contracts.config;

import static dev.millrace.contracts.Violation.require;

import java.math.BigDecimal;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * One entry of {@code tenants}.
 *
 * @param weight its part of what tenants share, 1 to 1000
 * @param budget what it may spend; absent: without limit
 */
public record TenantConfig(int weight, Optional<Budget> budget) {
    /** The name of the entry for tenants that have none of their own. */
    public static final String DEFAULT_NAME = "default";

    /** Every default. */
    public static final TenantConfig DEFAULT = new TenantConfig(1, Optional.empty());

    private static final int HEAVIEST = 1000;

    public TenantConfig {
        require(weight >= 1 && weight <= HEAVIEST, "weight", "must be 1 to 1000, was " + weight);
    }

    /** When a budget starts anew. */
    public enum Period {
        HOUR,
        DAY,
        WEEK,
        MONTH
    }

    /** What becomes of a job that its budget cannot pay. */
    public enum OnExhausted {
        /** It ends with an error. */
        REJECT,
        /** It waits for the next period or a larger budget. */
        PARK
    }

    /**
     * What a tenant may spend.
     *
     * @param limitUsd in US dollars in one period, above 0
     * @param period when it starts anew
     * @param timeZone in which periods begin
     * @param onExhausted what becomes of a job that it cannot pay
     */
    public record Budget(
            BigDecimal limitUsd, Period period, ZoneId timeZone, OnExhausted onExhausted) {
        /** The default of each key but the limit. */
        static final Period DEFAULT_PERIOD = Period.DAY;

        static final ZoneId DEFAULT_TIME_ZONE = ZoneOffset.UTC;
        static final OnExhausted DEFAULT_ON_EXHAUSTED = OnExhausted.REJECT;

        public Budget {
            require(limitUsd.signum() > 0, "limit_usd", "must be above 0");
        }
    }
}
