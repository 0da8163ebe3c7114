package dev.millrace.gateway.job;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor.DiscardPolicy;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks up the results of jobs that possibly ended before anyone awaited them. Repeated lookups of
 * all jobs share one thread, so that the sink gets at most one such query at a time, however many
 * jobs a tenant follows. Thread-safe.
 */
final class ResultLookups implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ResultLookups.class);
    static final Duration FIRST_LOOKUP = Duration.ofMillis(250);

    /**
     * Longest wait between two lookups. Results that arrive between lookups are read from Kafka; a
     * later lookup finds only results that the sink had not stored at the first lookup. A stream of
     * a nonexistent job costs the sink 22 queries an hour.
     */
    private static final Duration LAST_LOOKUP = Duration.ofMinutes(5);

    private final EndedJobs endedJobs;
    private final BiConsumer<String, byte[]> onFound;
    private final ScheduledThreadPoolExecutor timer =
            new ScheduledThreadPoolExecutor(
                    1,
                    Thread.ofPlatform().name("millrace-gateway-lookups").daemon().factory(),
                    new DiscardPolicy());

    /**
     * @param onFound receives the id of a job and the line of its result
     */
    ResultLookups(EndedJobs endedJobs, BiConsumer<String, byte[]> onFound) {
        this.endedJobs = endedJobs;
        this.onFound = onFound;
        // The task of a job that has ended would keep its result in memory.
        timer.setRemoveOnCancelPolicy(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** Returns the result of a job that has ended, as far as it is stored. */
    Optional<AwaitedResult> result(String tenant, String batch, String id) {
        return endedJobs.result(Optional.of(tenant), batch, id).map(AwaitedResult::read);
    }

    /**
     * Looks for the result of a job, and passes it on.
     *
     * @return true if the job has ended
     * @throws JobRefusal if results cannot be read: a job that ended long ago would run again
     */
    boolean lookUp(PendingJob job) {
        return lookUp(job, Optional.of(job.tenant()));
    }

    private boolean lookUp(PendingJob job, Optional<String> asking) {
        try {
            Optional<byte[]> found = endedJobs.result(asking, job.batch(), job.id());
            found.ifPresent(it -> onFound.accept(job.id(), it));
            return found.isPresent();
        } catch (RuntimeException e) {
            LOG.atWarn()
                    .addKeyValue("job", job.id())
                    .addKeyValue("problem", String.valueOf(e.getMessage()))
                    .log("An earlier result of a job cannot be looked up");
            throw JobRefusal.unavailable(
                    "the sink does not answer, which knows the results of earlier requests");
        }
    }

    /**
     * Looks for the result of a job, and passes it on. False also if results cannot be read: the
     * result may still arrive from Kafka.
     */
    boolean find(PendingJob job) {
        return find(job, Optional.of(job.tenant()));
    }

    private boolean find(PendingJob job, Optional<String> asking) {
        try {
            return lookUp(job, asking);
        } catch (JobRefusal refusal) {
            return false;
        }
    }

    /** Looks again and again, until the job has ended or is no longer awaited. */
    void startLooking(PendingJob job) {
        lookAfter(FIRST_LOOKUP, job);
    }

    private void lookAfter(Duration wait, PendingJob job) {
        Future<?> lookup =
                timer.schedule(() -> look(job, wait), wait.toMillis(), TimeUnit.MILLISECONDS);
        var _ = job.result().whenComplete((_, _) -> lookup.cancel(false));
    }

    private void look(PendingJob job, Duration waited) {
        // Without the tenant: waiting for a connection of one tenant would delay all others.
        if (job.isAwaited() && !find(job, Optional.empty())) {
            lookAfter(nextWait(waited), job);
        }
    }

    /**
     * Returns the wait before the next lookup: twice the last wait, at most {@link #LAST_LOOKUP}.
     */
    static Duration nextWait(Duration waited) {
        Duration doubled = waited.multipliedBy(2);
        return doubled.compareTo(LAST_LOOKUP) > 0 ? LAST_LOOKUP : doubled;
    }

    /** Ends the lookups. */
    @Override
    public void close() {
        timer.shutdown();
    }
}
