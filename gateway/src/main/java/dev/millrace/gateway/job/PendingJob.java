package dev.millrace.gateway.job;

import dev.millrace.gateway.job.ServiceWatch.Need;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A job whose result at least one request awaits. {@link PendingJobs} bounds the number and memory
 * of pending jobs. Thread-safe.
 */
final class PendingJob {
    private final JobIdentity identity;
    private final String tenant;
    private final String batch;
    private final @Nullable String digest;
    private final Instant deadline;
    private final CompletableFuture<Void> accepted = new CompletableFuture<>();
    private final CompletableFuture<byte[]> result = new CompletableFuture<>();

    private volatile @Nullable Publication publication;

    /** Guarded by the job: requests that await the result. */
    private int waiting = 1;

    /** Guarded by the job: memory counted for request and result. */
    private long bytes;

    /**
     * @param digest digest of a request with an idempotency key; null for other requests
     * @param deadline time after which no attempt of the job starts
     */
    PendingJob(
            JobIdentity identity,
            String tenant,
            String batch,
            @Nullable String digest,
            Instant deadline) {
        this.identity = identity;
        this.tenant = tenant;
        this.batch = batch;
        this.digest = digest;
        this.deadline = deadline;
    }

    JobIdentity identity() {
        return identity;
    }

    String id() {
        return identity.job().value();
    }

    String tenant() {
        return tenant;
    }

    String batch() {
        return batch;
    }

    /** Returns the digest of a request with an idempotency key; null for other requests. */
    @Nullable String digest() {
        return digest;
    }

    /** Returns true if a client can repeat the request, and gets the result of this job. */
    boolean isRepeatable() {
        return digest != null;
    }

    /** Returns the time after which no attempt of the job starts. */
    Instant deadline() {
        return deadline;
    }

    /** Completes when Kafka has acknowledged the job. */
    CompletableFuture<Void> accepted() {
        return accepted;
    }

    /** Completes with the line of the result, or with a {@link JobRefusal}. */
    CompletableFuture<byte[]> result() {
        return result;
    }

    /**
     * A job on its way to Kafka.
     *
     * @param need what the job needs to run
     * @param sinceNanos when it was published
     */
    record Publication(Need need, long sinceNanos) {}

    void onPublishing(Publication started) {
        publication = started;
    }

    /** Returns the publication of the job; empty before it. */
    Optional<Publication> publication() {
        return Optional.ofNullable(publication);
    }

    void onAccepted() {
        accepted.complete(null);
    }

    void onRefused(Throwable refusal) {
        accepted.completeExceptionally(refusal);
        result.completeExceptionally(refusal);
    }

    /** Adds a request that awaits the result; returns false if the job is no longer awaited. */
    synchronized boolean join() {
        if (waiting == 0) {
            return false;
        }
        waiting++;
        return true;
    }

    /** Returns true until the last request has left. */
    synchronized boolean isAwaited() {
        return waiting > 0;
    }

    /** Removes a request that awaited the result; true if it was the last. */
    synchronized boolean leave() {
        waiting--;
        return waiting == 0;
    }

    /** Counts the size of the request, before others can join. */
    synchronized void setBytes(long size) {
        bytes = size;
    }

    /** Counts the size of the result; returns false if the job is no longer awaited. */
    synchronized boolean addBytes(long added) {
        if (waiting == 0) {
            return false;
        }
        bytes += added;
        return true;
    }

    /** Returns the counted memory and sets it to 0. */
    synchronized long takeBytes() {
        long taken = bytes;
        bytes = 0;
        return taken;
    }
}
