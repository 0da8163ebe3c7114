package dev.millrace.router.split;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.router.budget.partition.store.BudgetedJob;
import dev.millrace.router.budget.partition.store.UnreadableJob;
import dev.millrace.router.message.RoutingMessage.PlannedJob;
import dev.millrace.router.records.TerminalRecord;

/** Where a task of split jobs sends its records. */
public interface SplitOutputs {
    /** Sends a part of a job to its model. */
    void send(BudgetedJob parent, PlannedJob part);

    /** Reports the end of a part that was sent to its model. */
    void onPartEnd(CostEvent end);

    /** Writes the result of a job. */
    void result(JobId job, TerminalRecord result);

    /** Writes the final cost event of a job. */
    void cost(JobId job, TerminalRecord event);

    /** Ends a job of which an entry cannot be read as a dead letter. */
    void bury(UnreadableJob job, String message);

    /** Counts a job that ended with an error without a call. */
    void onRejected(ErrorCode error);
}
