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
 */
public record Account(
        ControlKey.Budget id,
        BigDecimal limit,
        OnExhausted onExhausted,
        @Nullable Instant periodEnd) {}
