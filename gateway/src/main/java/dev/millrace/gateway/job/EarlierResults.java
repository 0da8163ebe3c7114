package dev.millrace.gateway.job;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks up the results of jobs that may have ended before anyone awaited them. Thread-safe. */
final class EarlierResults implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EarlierResults.class);
    private static final Duration FIRST_LOOKUP = Duration.ofMillis(250);

    /**
     * Longest wait between two lookups. A result that arrives meanwhile is read from Kafka; only
     * one that the sink had not stored at the first lookup is found by a later one. Streams of jobs
     * that do not exist cost the sink a dozen queries in an hour.
     */
    private static final Duration LAST_LOOKUP = Duration.ofMinutes(5);

    private final EndedJobs endedJobs;
    private final BiConsumer<String, byte[]> onFound;
    private volatile boolean closed;

    /**
     * @param onFound receives the id of a job and the line of its result
     */
    EarlierResults(EndedJobs endedJobs, BiConsumer<String, byte[]> onFound) {
        this.endedJobs = endedJobs;
        this.onFound = onFound;
    }

    /** Returns the result of a job that has ended, as far as it is stored. */
    Optional<EndedJob> result(String tenant, String batch, String id) {
        return endedJobs.result(tenant, batch, id).map(EndedJob::read);
    }

    /**
     * Looks for the result of a job, and passes it on.
     *
     * @return true if the job has ended
     * @throws JobRefusal if results cannot be read: a job that ended long ago would run again
     */
    boolean lookUp(PendingJob job) {
        try {
            Optional<byte[]> found = endedJobs.result(job.tenant(), job.batch(), job.id());
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
        try {
            return lookUp(job);
        } catch (JobRefusal refusal) {
            return false;
        }
    }

    /** Looks again and again, until the job has ended or is no longer awaited. */
    void startLooking(PendingJob job) {
        var _ = Thread.ofVirtual().name("millrace-gateway-lookup").start(() -> keepLooking(job));
    }

    private void keepLooking(PendingJob job) {
        Duration wait = FIRST_LOOKUP;
        try {
            while (!closed && job.isAwaited() && !hasEnded(job, wait)) {
                var _ = find(job);
                wait = wait.multipliedBy(2);
                wait = wait.compareTo(LAST_LOOKUP) > 0 ? LAST_LOOKUP : wait;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean hasEnded(PendingJob job, Duration wait) throws InterruptedException {
        try {
            var _ = job.result().get(wait.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException e) {
            return true;
        } catch (TimeoutException e) {
            return false;
        }
    }

    /** Ends the lookups. */
    @Override
    public void close() {
        closed = true;
    }
}
