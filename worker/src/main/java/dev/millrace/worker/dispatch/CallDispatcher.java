package dev.millrace.worker.dispatch;

import dev.millrace.contracts.waiting.WaitingReason;
import dev.millrace.worker.dispatch.Mailbox.Finished;
import dev.millrace.worker.job.CallFollower;
import dev.millrace.worker.job.Job;
import dev.millrace.worker.job.JobPrompt;
import dev.millrace.worker.job.LaunchedCall;
import dev.millrace.worker.job.WorkerMetrics;
import dev.millrace.worker.limits.CallLimits;
import dev.millrace.worker.limits.LoopContext;
import dev.millrace.worker.port.JobTopics;
import dev.millrace.worker.port.LoopClock;
import dev.millrace.worker.port.Providers;
import dev.millrace.worker.tier.Tiers;
import dev.millrace.worker.translate.AddedFields;
import dev.millrace.worker.translate.BodyAdditions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Launches announced calls. Belongs to the loop's thread.
 *
 * <p>A call is sent only within a third of the session timeout after the start of the transaction
 * that announced it. The coordinator accepted the commit from a member of the group, so a later
 * owner of the partition finds the call in the ledger. A commit does not prove that heartbeats
 * arrive. A call can therefore start after its partition was lost, but only before the end of the
 * window.
 *
 * <p>A call whose leased permit has expired is not sent either. It is announced again, however
 * often its leases expire.
 */
public final class CallDispatcher {
    /** Longest time until a deadline, so that a far deadline does not overflow. */
    private static final Duration LONGEST_LEFT = Duration.ofDays(365);

    private final Providers providers;
    private final Mailbox mailbox;
    private final JobTopics topics;
    private final CallWatchdog watchdog;
    private final CallLimits limits;
    private final WorkerMetrics metrics;
    private final LoopClock clock;
    private final Tiers tiers;
    private final CallFollower follower;

    /**
     * @param mailbox receives the reports of the calls
     * @param topics source of the session timeout
     */
    public CallDispatcher(
            Providers providers,
            Mailbox mailbox,
            JobTopics topics,
            CallWatchdog watchdog,
            CallLimits limits,
            LoopContext context) {
        this.providers = providers;
        this.mailbox = mailbox;
        this.topics = topics;
        this.watchdog = watchdog;
        this.limits = limits;
        this.metrics = context.metrics();
        this.clock = context.clock();
        this.tiers = context.tiers();
        this.follower = context.follower();
    }

    /**
     * Sends announced calls, or calls whose intents stand.
     *
     * @param begunNanos start of the transaction with their intents
     */
    public void launch(List<Job> announced, long begunNanos) {
        Duration window = topics.limits().orElse(JobTopics.Limits.DEFAULT).sendWindow();
        long sendBy = begunNanos + window.toNanos();
        for (Job job : announced) {
            Instant now = clock.now();
            boolean maySend = limits.maySend(job);
            WaitingReason waitedFor = limits.waitedFor(job);
            LaunchedCall call = job.onLaunched(now);
            follower.onLaunched(job, waitedFor);
            metrics.onDispatched(job.times().queuedMs(now));
            var request =
                    new Providers.CallRequest(
                            job.headers().jobId(),
                            idempotencyKey(job),
                            job.attempts(),
                            job.called(),
                            job.record().value(),
                            additions(job),
                            job.key(),
                            new Providers.Window(
                                    maySend ? sendBy : clock.nanos(),
                                    endBy(job),
                                    tiers.onStarted(job)),
                            job.headers().answerWait().streamsChunks());
            watchdog.onStarted(
                    call, Duration.ofNanos(request.window().longestNanos()), clock.nanos());
            call.onStarted(
                    providers.start(request, report -> mailbox.put(new Finished(call, report))));
            if (maySend) {
                limits.onSent(job);
            } else {
                job.failedCalls().onLeaseExpired();
            }
        }
    }

    private BodyAdditions additions(Job job) {
        JobPrompt prompt = job.prompt();
        return new BodyAdditions(
                job.headers().maxOutputTokens(),
                prompt == null ? AddedFields.NONE : prompt.nextFields());
    }

    /**
     * Returns the idempotency key of the job's request at its current model: the job id, after a
     * fallback also the position in the chain, and the cheaper tier. With an equal key, a provider
     * could answer with its error for another request.
     */
    private static String idempotencyKey(Job job) {
        String id = job.headers().jobId().value();
        int position = job.headers().position();
        String atModel = position == 0 ? id : id + "-fallback-" + position;
        return job.called().serviceTier().map(it -> atModel + "-" + it).orElse(atModel);
    }

    private long endBy(Job job) {
        Instant deadline = job.headers().deadline();
        long now = clock.nanos();
        if (deadline == null) {
            return Providers.Window.open(now).endByNanos();
        }
        Duration left = Duration.between(clock.now(), deadline);
        return left.compareTo(LONGEST_LEFT) < 0
                ? now + left.toNanos()
                : now + LONGEST_LEFT.toNanos();
    }
}
