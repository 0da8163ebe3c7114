package dev.millrace.router.hold;

import dev.millrace.contracts.control.WorkerReport;
import dev.millrace.router.message.RoutingMessage.Rejection;
import dev.millrace.router.waiting.PlannedRecord;
import dev.millrace.router.waiting.UnreadableJob;

/** Where held jobs go. */
public interface HoldOutputs {
    /** Sends a job to its model. */
    void release(PlannedRecord job);

    /** Ends a job with an error. */
    void refuse(PlannedRecord job, Rejection rejection);

    /** Ends a job with an unreadable entry as a dead letter. */
    void bury(UnreadableJob job, String message);

    /** Reports to control which jobs of this partition wait. */
    void report(WorkerReport report);
}
