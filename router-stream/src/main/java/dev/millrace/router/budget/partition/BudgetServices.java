package dev.millrace.router.budget.partition;

import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.job.JobId;
import dev.millrace.router.budget.BudgetAccounts;
import dev.millrace.router.failure.InternalErrors;
import dev.millrace.router.message.RoutingMessage.PlannedJob;
import dev.millrace.router.message.RoutingMessage.Rejection;
import dev.millrace.router.waiting.OldestWaitingJob;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The collaborators of a partition's budgets.
 *
 * @param control supplies the state of control; a changed state is another object
 * @param accounts supplies the budgets
 * @param repricing computes the highest cost of a parked job at the current prices, or of a job
 *     that has returned unpaid
 * @param modelCheck finds out why the models of a parked job can no longer be called; empty if they
 *     can
 * @param lostBefore supplies the time before which unfinished jobs are lost, in milliseconds since
 *     the epoch
 * @param ended finds out if a job is known to have ended
 * @param oldestParked keeps the time of the oldest parked job of each partition
 * @param errors ends records on which a decision fails
 */
public record BudgetServices(
        Supplier<ControlState> control,
        Supplier<BudgetAccounts> accounts,
        UnaryOperator<PlannedJob> repricing,
        Function<PlannedJob, Optional<Rejection>> modelCheck,
        LongSupplier lostBefore,
        Predicate<JobId> ended,
        OldestWaitingJob oldestParked,
        InstantSource clock,
        InternalErrors errors) {
    /** Name of the step for metrics and messages. */
    public static final String STEP = "budget";

    Instant now() {
        return clock.instant();
    }
}
