package dev.millrace.standalone.budget;

import dev.millrace.contracts.budget.BudgetLimit;
import dev.millrace.contracts.budget.BudgetState;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.standalone.console.UserError;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Waits until a limit that was written holds for all calls that have not started. */
record LimitConfirmation(Supplier<ControlState> control, InstantSource clock) {
    private static final Duration POLL_INTERVAL = Duration.ofMillis(200);
    private static final int MAX_POLLS = 50;

    /**
     * Waits for the confirmation of a limit.
     *
     * @throws UserError if workers run, and no router confirms the limit within about 10 s
     */
    void await(ControlKey.Limit key, Runnable pause) {
        for (int polls = 1; !holds(control.get(), key, clock.instant()); polls++) {
            if (polls > MAX_POLLS) {
                throw UserError.failure(
                        "The limit is written, but no router has confirmed it within 10 s. It holds"
                                + " for jobs in workers, which wait for a router. Check \"millrace"
                                + " status\"");
            }
            pause.run();
        }
    }

    void await(ControlKey.Limit key) {
        await(key, () -> LockSupport.parkNanos(POLL_INTERVAL.toNanos()));
    }

    /**
     * Returns true if a router has published a state with the limit, or no worker runs that could
     * call a job. A router publishes the state once it knows what was spent before the limit.
     */
    static boolean holds(ControlState control, ControlKey.Limit key, Instant now) {
        BudgetLimit limit = control.budgets().limits().get(key);
        return limit == null
                || control.workers().values().stream().noneMatch(it -> now.isBefore(it.expires()))
                || states(control.budgets(), key)
                        .filter(it -> it.periodEnd().filter(end -> !now.isBefore(end)).isEmpty())
                        .anyMatch(it -> it.limitUsd().compareTo(limit.limitUsd()) == 0);
    }

    private static Stream<BudgetState> states(ControlState.Budgets budgets, ControlKey.Limit key) {
        Stream<? extends ControlKey.Budget> ids =
                switch (key) {
                    case ControlKey.TenantLimit(String tenant) -> budgets.ofTenant(tenant).stream();
                    case ControlKey.BatchLimit(String tenant, String batch) ->
                            Stream.of(new ControlKey.BatchBudget(tenant, batch));
                    case ControlKey.KeyLimit(String tenant, String apiKey) ->
                            Stream.of(new ControlKey.KeyBudget(tenant, apiKey));
                };
        return ids.flatMap(it -> Stream.ofNullable(budgets.states().get(it)));
    }
}
