package dev.millrace.router.budget;

import dev.millrace.contracts.budget.OnExhausted;
import dev.millrace.contracts.control.ControlKey;
import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One budget of a tenant, a batch or an API key.
 *
 * @param limit in US dollars; the limit in control, otherwise the configured or declared one
 * @param onExhausted what happens to a job that exceeds the budget
 * @param periodEnd end of the account's period; null if it never ends
 * @param since when a command has first set or last lowered the limit; the epoch if none has
 */
public record Account(
        ControlKey.Budget id,
        BigDecimal limit,
        OnExhausted onExhausted,
        @Nullable Instant periodEnd,
        Instant since) {
    /** Creates an account whose limit no command has set. */
    public Account(
            ControlKey.Budget id,
            BigDecimal limit,
            OnExhausted onExhausted,
            @Nullable Instant periodEnd) {
        this(id, limit, onExhausted, periodEnd, Instant.EPOCH);
    }
}
