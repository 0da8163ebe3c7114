package dev.millrace.router.budget.partition;

import dev.millrace.contracts.job.JobId;
import dev.millrace.router.budget.LeaseReport;
import dev.millrace.router.message.RoutingMessage.Rejection;
import dev.millrace.router.waiting.PlannedRecord;
import dev.millrace.router.waiting.UnreadableJob;
import java.math.BigDecimal;

/** Where the budgets of a partition send their records. */
public interface BudgetOutputs {
    /**
     * Sends a job towards its model.
     *
     * @param wasParked whether the job has waited since its arrival
     */
    void release(PlannedRecord job, boolean wasParked);

    /**
     * Gives a parked job that has moved behind younger ones the present time as the time of its
     * routing, because the first job of a queue is taken to be its oldest one.
     */
    void onMoved(JobId job);

    /** Ends a job with an error. */
    void refuse(PlannedRecord job, Rejection rejection);

    /** Ends a parked job with an unreadable entry as a dead letter. */
    void bury(UnreadableJob job, String message);

    /** Sends a report to the owner of an account. */
    void report(String account, LeaseReport report);

    /** Counts a lost job after charging its reservation. */
    void onLost(JobId job, BigDecimal chargedUsd);
}
