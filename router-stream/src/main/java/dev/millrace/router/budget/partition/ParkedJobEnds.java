package dev.millrace.router.budget.partition;

import dev.millrace.router.message.RoutingMessage.Rejection;
import dev.millrace.router.waiting.PlannedJobHandler;
import dev.millrace.router.waiting.PlannedRecord;
import dev.millrace.router.waiting.UnreadableJob;
import dev.millrace.router.waiting.WaitingJob;
import java.util.Optional;

/** Ends parked jobs with an error, or as dead letters if they cannot be read. */
record ParkedJobEnds(BudgetOutputs outputs, ParkedJobs parked) implements PlannedJobHandler {
    @Override
    public void end(WaitingJob waiting, PlannedRecord job, Rejection why) {
        parked.remove(waiting, job.neededUsd());
        outputs.refuse(job, why);
    }

    @Override
    public Optional<WaitingJob> remove(String group, long sequence) {
        return parked.removeUnreadable(group, sequence);
    }

    @Override
    public void bury(UnreadableJob job, String message) {
        outputs.bury(job, message);
    }
}
