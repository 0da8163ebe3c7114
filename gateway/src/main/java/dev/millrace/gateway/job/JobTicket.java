package dev.millrace.gateway.job;

import dev.millrace.contracts.job.JobId;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One request's claim on the result of a job. Its holder must close the ticket, which frees the
 * memory of request and result. Thread-safe.
 */
public final class JobTicket implements AutoCloseable {
    private final PendingJob job;
    private final @Nullable String digest;
    private final Leaving leaving;
    private final CompletableFuture<byte[]> ended;
    private final AtomicBoolean isOpen = new AtomicBoolean(true);

    /**
     * @param digest digest of a request with an idempotency key; null for other requests
     */
    JobTicket(PendingJob job, @Nullable String digest, Leaving leaving) {
        this.job = job;
        this.digest = digest;
        this.leaving = leaving;
        ended = job.result().copy();
    }

    /** Ends the wait of a request. */
    @FunctionalInterface
    interface Leaving {
        /**
         * Ends the wait.
         *
         * @param cancels true to cancel the job, unless another request awaits it
         */
        void leave(boolean cancels);
    }

    public JobId job() {
        return job.identity().job();
    }

    /**
     * Returns a future that completes when the job is durable, or with a {@link JobRefusal}. Must
     * not be completed by the caller.
     */
    public CompletableFuture<Void> accepted() {
        return job.accepted();
    }

    /**
     * Waits until the job is durable.
     *
     * @throws JobRefusal if it was not accepted, or this ticket is abandoned
     */
    public void requireAccepted() {
        try {
            job.accepted().join();
        } catch (CompletionException e) {
            throw refusal(e);
        }
    }

    /**
     * Returns a future that completes with the line of the result or with a {@link JobRefusal},
     * even if this ticket is abandoned. The caller must not complete the future, and must call
     * {@link #check} with the line.
     */
    public CompletableFuture<byte[]> ended() {
        return ended;
    }

    /**
     * Waits for the end of the job.
     *
     * @throws JobRefusal if the job was not accepted, or belongs to a different request with an
     *     equal idempotency key
     * @throws TimeoutException if the job has not ended in time
     */
    public AwaitedResult await(Duration longest) throws InterruptedException, TimeoutException {
        try {
            return check(ended.get(longest.toNanos(), TimeUnit.NANOSECONDS));
        } catch (ExecutionException e) {
            throw refusal(e);
        }
    }

    /**
     * Reads a result line.
     *
     * @throws JobRefusal if the result belongs to a different request with an equal idempotency key
     */
    public AwaitedResult check(byte[] line) {
        AwaitedResult ended = AwaitedResult.read(line);
        String other = ended.fields().get("millrace.metadata." + JobLine.DIGEST);
        if (digest != null && other != null && !digest.equals(other)) {
            throw JobRefusal.keyReused();
        }
        return ended;
    }

    /** Returns the refusal in a chain of causes: the copied future wraps it a second time. */
    private static RuntimeException refusal(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof JobRefusal refusal) {
                return refusal;
            }
        }
        return new IllegalStateException("a job failed for an unknown reason", failure);
    }

    /**
     * Ends the wait, because the client has disconnected or its wait is over. Cancels the job with
     * its call, unless its client may ask for the result again.
     */
    public void abandon() {
        if (isOpen.compareAndSet(true, false)) {
            leaving.leave(digest == null && !job.result().isDone());
            ended.completeExceptionally(JobRefusal.unavailable("nobody waits for the answer"));
        }
    }

    /** Ends the wait without any effect on the job. */
    @Override
    public void close() {
        if (isOpen.compareAndSet(true, false)) {
            leaving.leave(false);
        }
    }
}
