package dev.millrace.worker.limits;

import dev.millrace.contracts.waiting.WaitingReason;
import dev.millrace.worker.answer.Verdict;
import dev.millrace.worker.job.Hold;
import dev.millrace.worker.job.Job;
import dev.millrace.worker.job.JobPrompt;
import dev.millrace.worker.port.LoopClock;
import dev.millrace.worker.port.Providers;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/**
 * Lets a job wait while another job's call writes the beginning of their prompts into the
 * provider's cache. Critical jobs never wait, nor do jobs that could miss their deadlines.
 *
 * @param keys choose the API key of a call, and so the account whose cache it can find
 */
record PromptLimit(LoopClock clock, BreakerLimit keys) implements AdmissionLimit {
    private static final Hold WARMING =
            new Hold(WaitingReason.WARMING_PROMPT, "another call writes the shared prompt");

    @Override
    public Hold hold(Job job, long nowNanos) {
        return WARMING;
    }

    @Override
    public long waitNanos(Job job, long nowNanos) {
        JobPrompt prompt = job.prompt();
        if (prompt == null || job.isCritical()) {
            return 0;
        }
        long wait = prompt.waitNanos(keys.nextKey(job, nowNanos), nowNanos);
        return wait > 0 && isInTime(job, prompt, wait) ? wait : 0;
    }

    /** Returns true if the job has time for the wait, and for two calls that find no cache. */
    private boolean isInTime(Job job, JobPrompt prompt, long wait) {
        Instant deadline = job.headers().deadline();
        Duration needed = prompt.longestCall().multipliedBy(2).plusNanos(wait);
        return deadline == null || clock.now().plus(needed).isBefore(deadline);
    }

    /** Returns true if the job has waited for a prompt and need not wait any more. */
    boolean isReleased(Job job, long nowNanos) {
        return WARMING.equals(job.hold()) && waitNanos(job, nowNanos) == 0;
    }

    @Override
    public boolean reserve(Job job, long nowNanos) {
        if (job.prompt() != null) {
            job.prompt().onStarted(job.key(), nowNanos);
        }
        return true;
    }

    @Override
    public void cancel(Job job, long nowNanos) {
        if (job.prompt() != null) {
            job.prompt().onWithdrawn(nowNanos);
        }
    }

    @Override
    public void complete(Job job, Providers.CallReport report, long nowNanos) {
        JobPrompt prompt = job.prompt();
        if (prompt == null) {
            return;
        }
        if (report.verdict() instanceof Verdict.Answered) {
            prompt.onAnswered(
                    Objects.requireNonNullElse(report.firstToken(), report.took()),
                    report.took(),
                    nowNanos);
        } else {
            prompt.onFailed(nowNanos);
        }
    }
}
