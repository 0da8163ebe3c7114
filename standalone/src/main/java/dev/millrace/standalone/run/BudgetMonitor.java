package dev.millrace.standalone.run;

import dev.millrace.contracts.budget.BudgetLimit;
import dev.millrace.contracts.budget.BudgetState;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlKey.BatchLimit;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.status.BudgetStatus;
import dev.millrace.standalone.status.BudgetText;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports the jobs that wait for money, and detects when all unfinished jobs do. Reads the state of
 * the budgets only while a run makes no progress. Used by the main thread only.
 */
final class BudgetMonitor {
    private static final Logger LOG = LoggerFactory.getLogger(BudgetMonitor.class);

    /** Time without progress until the budgets are read, and between two readings. */
    static final Duration READ_INTERVAL = Duration.ofSeconds(2);

    /**
     * Time for which all jobs must wait before a run ends. Longer than the router needs to release
     * jobs after a raise, and to publish the state of a budget.
     */
    static final Duration QUIET_PERIOD = Duration.ofSeconds(10);

    private final Terminal terminal;
    private final LongSupplier nanos;
    private final InstantSource clock;
    private final Set<BatchLimit> batches;
    private final Supplier<ControlState> control;
    private final LongSupplier held;
    private List<BudgetStatus> exhausted = List.of();
    private long lastPending = -1;
    private long progressNanos;
    private long nextReadNanos;
    private boolean isReported;

    /**
     * Creates a monitor.
     *
     * @param nanos ticker, in nanoseconds
     * @param clock decides which periods have ended
     * @param batches the batches of the run
     * @param control reads the control state; may throw a {@link UserError}
     * @param held supplies the number of jobs that the worker holds because a budget is spent
     */
    BudgetMonitor(
            Terminal terminal,
            LongSupplier nanos,
            InstantSource clock,
            Set<BatchLimit> batches,
            Supplier<ControlState> control,
            LongSupplier held) {
        this.terminal = terminal;
        this.nanos = nanos;
        this.clock = clock;
        this.batches = Set.copyOf(batches);
        this.control = control;
        this.held = held;
    }

    /**
     * Reports the budgets for which jobs wait, once.
     *
     * @param pending number of lines without an outcome
     * @param beforeLine clears the terminal's last line; called before a message is printed
     * @return true if every unfinished job has waited for money for {@link #QUIET_PERIOD}
     */
    boolean onTick(long pending, Runnable beforeLine) {
        long now = nanos.getAsLong();
        if (pending != lastPending) {
            lastPending = pending;
            progressNanos = now;
            nextReadNanos = now + READ_INTERVAL.toNanos();
        }
        if (now - nextReadNanos < 0) {
            return false;
        }
        nextReadNanos = now + READ_INTERVAL.toNanos();
        if (!readsThatAllWait(pending, beforeLine)) {
            progressNanos = now;
        }
        return now - progressNanos >= QUIET_PERIOD.toNanos();
    }

    /** Returns the budgets for which jobs waited at the last reading. */
    List<BudgetStatus> exhausted() {
        return exhausted;
    }

    /**
     * Returns the budgets of the run whose limit is exceeded, when all its jobs have ended.
     *
     * @param wait waits until the states have possibly changed; returns false if it must not wait
     */
    List<BudgetStatus> exceeded(BooleanSupplier wait) {
        List<BudgetStatus> budgets = budgets(read());
        while (budgets.stream().anyMatch(it -> it.state().reservedUsd().signum() > 0)
                && wait.getAsBoolean()) {
            budgets = budgets(read());
        }
        return budgets.stream().filter(it -> it.state().exceededUsd().signum() > 0).toList();
    }

    private boolean readsThatAllWait(long pending, Runnable beforeLine) {
        ControlState state = read();
        List<BudgetStatus> budgets = budgets(state);
        long unpaid = held.getAsLong();
        exhausted =
                budgets.stream()
                        .filter(
                                it ->
                                        it.state().waitingJobs() > 0
                                                || (unpaid > 0 && isSpent(it.state())))
                        .toList();
        report(beforeLine);
        return exhausted.stream().anyMatch(it -> isTooLittle(it.state()))
                && waitingJobs() + unpaid >= Math.max(1, pending)
                && budgets.stream().allMatch(it -> knowsLimit(it, state))
                // Jobs held by the worker keep their reservations.
                && (unpaid > 0
                        || budgets.stream().allMatch(it -> it.state().reservedUsd().signum() == 0));
    }

    private static boolean isSpent(BudgetState state) {
        return state.spentUsd().compareTo(state.limitUsd()) >= 0;
    }

    /**
     * Returns true if the rest of a budget does not cover its next job. While it does, money is on
     * its way to the job's partition, which can take longer than the quiet period.
     */
    private static boolean isTooLittle(BudgetState state) {
        BigDecimal rest = state.limitUsd().subtract(state.spentUsd()).subtract(state.reservedUsd());
        return state.waiting().neededUsd().filter(it -> it.compareTo(rest) <= 0).isEmpty();
    }

    /** Reads control; returns an empty state if it cannot be read. */
    private ControlState read() {
        try {
            return control.get();
        } catch (UserError e) {
            LOG.atWarn().addKeyValue("problem", e.getMessage()).log("budgets cannot be read");
            return ControlState.EMPTY;
        }
    }

    private List<BudgetStatus> budgets(ControlState state) {
        return BudgetStatus.all(state, clock.instant()).stream().filter(this::isOfRun).toList();
    }

    /** Counts waiting jobs. A job can wait in its batch's budget and in its tenant's budget. */
    private long waitingJobs() {
        long ofBatches = 0;
        long ofTenants = 0;
        for (BudgetStatus budget : exhausted) {
            switch (budget.key()) {
                case ControlKey.BatchBudget _ -> ofBatches += budget.state().waitingJobs();
                case ControlKey.TenantBudget _ -> ofTenants += budget.state().waitingJobs();
                case ControlKey.KeyBudget _ -> {}
            }
        }
        return Math.max(ofBatches, ofTenants);
    }

    private boolean isOfRun(BudgetStatus budget) {
        return switch (budget.key()) {
            case ControlKey.BatchBudget(String tenant, String batch) ->
                    batches.contains(new BatchLimit(tenant, batch));
            case ControlKey.TenantBudget(String tenant, var _, var _) ->
                    batches.stream().anyMatch(it -> it.tenant().equals(tenant));
            // Lines of a run have no API key.
            case ControlKey.KeyBudget _ -> false;
        };
    }

    /** Returns false if a limit was set that the published state does not show yet. */
    private static boolean knowsLimit(BudgetStatus budget, ControlState control) {
        BudgetLimit limit = control.budgets().limits().get(budget.key().limit());
        return limit == null || limit.limitUsd().compareTo(budget.state().limitUsd()) == 0;
    }

    private void report(Runnable beforeLine) {
        if (!exhausted.isEmpty() && !isReported) {
            beforeLine.run();
            exhausted.forEach(it -> terminal.say(BudgetText.of(it)));
        }
        isReported = !exhausted.isEmpty();
    }
}
