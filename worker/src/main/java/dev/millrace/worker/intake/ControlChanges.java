package dev.millrace.worker.intake;

import dev.millrace.worker.breaker.BreakerResets;
import dev.millrace.worker.breaker.SharedTrials;
import dev.millrace.worker.dispatch.JobCompletion;
import dev.millrace.worker.job.Partition;
import dev.millrace.worker.limits.PauseAndCancelState;
import dev.millrace.worker.schedule.Schedule;

/**
 * Applies changes of control: ends waiting jobs that were cancelled, aborts running calls whose
 * cancellation includes them, resumes jobs after a pause, closes breakers, and shares their trial
 * calls with other workers. Belongs to the loop's thread.
 */
public final class ControlChanges {
    private final Intake intake;
    private final Schedule schedule;
    private final JobCompletion completion;
    private final PauseAndCancelState pauseAndCancel;
    private final BreakerResets resets;
    private final SharedTrials trials;

    public ControlChanges(
            Intake intake,
            Schedule schedule,
            JobCompletion completion,
            PauseAndCancelState pauseAndCancel,
            BreakerResets resets,
            SharedTrials trials) {
        this.intake = intake;
        this.schedule = schedule;
        this.completion = completion;
        this.pauseAndCancel = pauseAndCancel;
        this.resets = resets;
        this.trials = trials;
    }

    /** Looks for changes. */
    public void onTick() {
        if (pauseAndCancel.refresh()) {
            schedule.endQueued(completion::cancel);
            for (Partition partition : intake.all()) {
                partition.jobs().forEach(completion::cancelCall);
            }
            schedule.unpark(job -> pauseAndCancel.isPaused(job.headers()));
            resets.apply(pauseAndCancel.breakerResets());
        }
        trials.onTick(pauseAndCancel.workers());
    }
}
