package dev.millrace.simulator.provider;

import dev.millrace.simulator.limit.AccountLimits;
import dev.millrace.simulator.settings.AccountSettings;
import java.util.OptionalLong;

/** The state of one account between calls: limits and remaining credit. Thread-safe. */
public final class ProviderAccount {
    private final String name;
    private AccountSettings settings;
    private AccountLimits limits;

    ProviderAccount(String name, AccountSettings settings, long nowNanos) {
        this.name = name;
        this.settings = settings;
        this.limits = new AccountLimits(settings.limits(), nowNanos);
    }

    public String name() {
        return name;
    }

    /** Subtracts billed tokens from the credit. Calls that run at once may overdraw it. */
    public synchronized void charge(long tokens) {
        OptionalLong credit = settings.creditTokens();
        if (credit.isPresent()) {
            settings = settings.withCredit(OptionalLong.of(credit.getAsLong() - tokens));
        }
    }

    /** Returns the current settings, with the remaining credit. */
    synchronized AccountSettings settings() {
        return settings;
    }

    /** Returns true when no credit is left. */
    synchronized boolean isOutOfCredit() {
        return settings.creditTokens().orElse(1) <= 0;
    }

    synchronized AccountLimits limits() {
        return limits;
    }

    /** Replaces the settings. Limits are reset only when they change. */
    synchronized void change(AccountSettings changed, long nowNanos) {
        if (!changed.limits().equals(settings.limits())) {
            limits = new AccountLimits(changed.limits(), nowNanos);
        }
        settings = changed;
    }
}
