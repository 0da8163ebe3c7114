package dev.millrace.router.documents;

import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.JobEnding;
import dev.millrace.router.message.RoutingMessage.PlannedJob;
import dev.millrace.router.waiting.PlannedRecord;
import dev.millrace.router.waiting.UnreadableJob;

/** Where a task of split jobs sends its records. */
public interface SplitOutputs {
    /** Sends a part of a job to its model. */
    void send(PlannedRecord parent, PlannedJob part);

    /** Reports the end of a part that was sent to its model. */
    void onPartEnd(CostEvent end);

    /** Writes the result and the final cost event of a job. */
    void end(JobEnding ending);

    /** Ends a job with an unreadable entry as a dead letter. */
    void bury(UnreadableJob job, String message);
}
