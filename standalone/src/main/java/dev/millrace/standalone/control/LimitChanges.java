package dev.millrace.standalone.control;

import dev.millrace.contracts.budget.BudgetLimit;
import dev.millrace.contracts.budget.BudgetState;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.control.ControlWriter.Change;
import dev.millrace.standalone.status.BudgetStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Decides which limits of budgets to write and to remove, as pure functions. */
public final class LimitChanges {
    /**
     * Age from which the limit of a batch without unfinished jobs is removed. Every router and
     * worker holds all limits in memory.
     */
    static final Duration RETENTION = Duration.ofDays(30);

    private LimitChanges() {}

    /** Sets a limit for each key. Also removes the old limits of finished batches. */
    public static Change<BudgetLimit> set(
            ControlState state, Collection<? extends ControlKey.Limit> keys, BudgetLimit limit) {
        var records = new ArrayList<ControlRecord>();
        keys.forEach(key -> records.add(new ControlRecord(key, limit.toJson())));
        records.addAll(outdated(state, keys, limit.at()));
        return new Change<>(records, limit);
    }

    /**
     * Removes a limit, so that the limit of the configuration or of the submission applies.
     *
     * @return a change whose result is true if the limit was set
     */
    public static Change<Boolean> clear(ControlState state, ControlKey.Limit key) {
        return state.budgets().limits().containsKey(key)
                ? new Change<>(List.of(ControlRecord.removal(key)), true)
                : Change.none(false);
    }

    private static List<ControlRecord> outdated(
            ControlState state, Collection<? extends ControlKey.Limit> except, Instant now) {
        var removals = new ArrayList<ControlRecord>();
        state.budgets()
                .limits()
                .forEach(
                        (key, limit) -> {
                            if (key instanceof ControlKey.BatchLimit batch
                                    && !except.contains(key)
                                    && limit.at().isBefore(now.minus(RETENTION))
                                    && !hasUnfinishedJobs(state, batch)) {
                                removals.add(ControlRecord.removal(key));
                            }
                        });
        return removals;
    }

    private static boolean hasUnfinishedJobs(ControlState state, ControlKey.BatchLimit batch) {
        BudgetState budget =
                state.budgets()
                        .states()
                        .get(new ControlKey.BatchBudget(batch.tenant(), batch.batch()));
        return budget != null && BudgetStatus.hasUnfinishedJobs(budget);
    }
}
