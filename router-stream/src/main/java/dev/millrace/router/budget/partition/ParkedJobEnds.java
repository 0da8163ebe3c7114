package dev.millrace.router.budget.partition;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.router.budget.partition.store.BudgetedJob;
import dev.millrace.router.budget.partition.store.ParkedEntry.Unreadable;
import dev.millrace.router.budget.partition.store.UnreadableJob;
import dev.millrace.router.failure.InternalErrors;
import dev.millrace.router.message.RoutingMessage.Rejection;
import dev.millrace.router.waiting.WaitingJob;
import dev.millrace.router.waiting.WaitingJobChecks.WaitingJobEnds;
import org.jspecify.annotations.Nullable;

/** Ends parked jobs with an error, or as dead letters if they cannot be read. */
final class ParkedJobEnds implements WaitingJobEnds {
    private final InternalErrors errors;
    private final BudgetOutputs outputs;
    private final ParkedJobs parked;
    private final int partition;

    ParkedJobEnds(InternalErrors errors, BudgetOutputs outputs, ParkedJobs parked, int partition) {
        this.errors = errors;
        this.outputs = outputs;
        this.parked = parked;
        this.partition = partition;
    }

    @Override
    public @Nullable WaitingJob readOrEnd(String group, long sequence, byte[] stored) {
        return errors.<@Nullable WaitingJob>decide(
                BudgetServices.STEP,
                null,
                () -> BudgetedJob.decode(stored).toWaiting(group, sequence),
                message -> {
                    end(new Unreadable(group, sequence, stored, message));
                    return null;
                });
    }

    @Override
    public void end(WaitingJob waiting, byte[] stored, ErrorCode error, String message) {
        end(waiting, stored, new Rejection(error, message, null));
    }

    /**
     * Ends a job with an error.
     *
     * @param stored its entry
     */
    void end(WaitingJob waiting, byte[] stored, Rejection rejection) {
        BudgetedJob job =
                errors.<@Nullable BudgetedJob>decide(
                        BudgetServices.STEP,
                        null,
                        () -> BudgetedJob.decode(stored),
                        message -> {
                            parked.removeUnreadable(waiting);
                            outputs.bury(UnreadableJob.of(waiting, stored, partition), message);
                            return null;
                        });
        if (job != null) {
            end(waiting, job, rejection);
        }
    }

    /** Ends a job with an error. */
    void end(WaitingJob waiting, BudgetedJob job, Rejection rejection) {
        parked.remove(waiting, job.needed().least());
        outputs.refuse(job, rejection);
    }

    /** Ends the job of an entry that cannot be read. */
    void end(Unreadable entry) {
        WaitingJob job = parked.remove(entry).orElse(null);
        outputs.bury(UnreadableJob.of(job, entry.entry(), partition), entry.message());
    }
}
