package dev.millrace.gateway.job;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.service.Health;
import dev.millrace.control.ControlPublisher;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Holds the jobs that requests of this instance await, and ends their waits by new results, earlier
 * results or cancellations. Thread-safe.
 */
final class AwaitedJobs implements AutoCloseable {
    /** Results of followed jobs can use this fraction of the memory of all other results. */
    private static final int FOLLOWED_SHARE = 4;

    private static final Duration POSITION_TIMEOUT = Duration.ofSeconds(10);

    private final PendingJobs submitted;

    /** Jobs that requests follow without having submitted them. */
    private final PendingJobs followed;

    private final ResultLookups earlier;
    private final ResultReader reader;
    private final Results results = new Results();
    private final Consumer<JobId> onEnded;
    private final ControlPublisher control;
    private final JobCanceller canceller;

    /**
     * @param onEnded called for each awaited or cancelled job that has ended, or whose end is no
     *     longer awaited after its cancellation; can be called twice
     */
    AwaitedJobs(JobClient.Parts parts, Consumer<JobId> onEnded) {
        this.onEnded = onEnded;
        JobSettings settings = parts.settings();
        long maxBytes = settings.heap().maxHeldBytes();
        submitted = new PendingJobs(settings.maxPending(), maxBytes);
        followed = new PendingJobs(settings.maxPending(), maxBytes / FOLLOWED_SHARE);
        earlier = new ResultLookups(parts.endedJobs(), this::onFound);
        reader =
                ResultReader.of(
                        settings.topics(),
                        settings.kafka(),
                        settings.heap(),
                        parts.random(),
                        results,
                        parts.nanoTicker());
        control = ControlPublisher.of(settings.kafka(), settings.topics().prefix());
        canceller = new JobCanceller(control::write, parts.clock(), this::onCancelledJobEnded);
    }

    /** Passes results to the requests that await them. */
    private final class Results implements ResultReader.Receiver {
        @Override
        public boolean awaits(String jobId) {
            return submitted.contains(jobId) || followed.contains(jobId) || canceller.awaits(jobId);
        }

        @Override
        public void onResult(String jobId, byte[] line) {
            complete(jobId, line);
            JobId job = new JobId(jobId);
            canceller.onEnded(job);
            onEnded.accept(job);
        }
    }

    /**
     * Receives a committed result that this instance has not read from Kafka yet. Returns at once:
     * a virtual thread passes the result on.
     */
    void onCommitted(String jobId, byte[] line) {
        if (results.awaits(jobId)) {
            Thread.startVirtualThread(() -> results.onResult(jobId, line));
        }
    }

    void start() {
        reader.start();
        canceller.start();
    }

    /**
     * Returns the number of partitions of the results topic.
     *
     * @throws JobRefusal if the number is not known yet
     */
    int partitions() {
        return reader.count()
                .orElseThrow(() -> JobRefusal.unavailable("this gateway is not connected yet"));
    }

    /**
     * Returns the home partitions, which are always read; at least one.
     *
     * @throws JobRefusal if none is read yet
     */
    Set<Integer> homes() {
        Set<Integer> homes = reader.homes();
        if (homes.isEmpty()) {
            throw JobRefusal.unavailable("this gateway cannot read results yet");
        }
        return homes;
    }

    /**
     * Awaits a job that is about to be submitted, or joins the requests that already await it.
     *
     * @param size size of the request in bytes
     * @return the given job, or the job with its id that is already awaited
     * @throws JobRefusal if there is no room
     */
    PendingJob add(PendingJob job, long size) {
        return submitted.add(job, size);
    }

    /**
     * Returns the claim of one request on a job that {@link #add} returned.
     *
     * @param digest digest of a request with an idempotency key; null for other requests
     */
    JobTicket ticket(PendingJob job, @Nullable String digest) {
        return new JobTicket(job, digest, cancels -> leave(submitted, job, job.tenant(), cancels));
    }

    /**
     * Looks for the result of a job that an earlier request has possibly submitted. Reads the job's
     * partition from then on, so that no later result is missed.
     *
     * @return true if the job has ended; its waits are over
     * @throws JobRefusal if Kafka or the sink does not answer
     */
    boolean findEarlier(PendingJob job) {
        requirePartition(job);
        return earlier.lookUp(job);
    }

    /** Looks for the earlier result of a job again and again, until it ends. */
    void startLooking(PendingJob job) {
        earlier.startLooking(job);
    }

    /** Reads the partition of a job's result while the job is unfinished and awaited. */
    private void requirePartition(PendingJob job) {
        int partition = job.identity().partition();
        CompletableFuture<Void> positioned = reader.require(partition);
        var _ = job.result().whenComplete((_, _) -> reader.release(partition));
        try {
            positioned.get(POSITION_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw JobRefusal.unavailable("the wait for Kafka was interrupted");
        } catch (ExecutionException | TimeoutException e) {
            throw JobRefusal.unavailable("Kafka does not answer");
        }
    }

    /**
     * Awaits the result of a job that was published earlier, perhaps by another gateway, or has
     * already ended. A job that does not exist never ends.
     *
     * @throws JobRefusal if results cannot be awaited now
     */
    JobTicket follow(String tenant, String batch, JobId id) {
        var job =
                new PendingJob(JobIdentity.of(id, partitions()), tenant, batch, null, Instant.MAX);
        PendingJob present = followed.add(job, 0);
        var ticket = new JobTicket(present, null, _ -> leave(followed, present, tenant, false));
        if (present == job) {
            try {
                requirePartition(job);
                if (!earlier.find(job)) {
                    earlier.startLooking(job);
                }
            } catch (JobRefusal refusal) {
                job.onRefused(refusal);
                ticket.close();
                throw refusal;
            }
        }
        return ticket;
    }

    /** Returns the result of a job that has ended, as far as it is stored. */
    Optional<AwaitedResult> ended(String tenant, String batch, JobId id) {
        return earlier.result(tenant, batch, id.value());
    }

    /**
     * Ends the waits for a job whose result is stored already. Afterwards nobody awaits its result
     * from Kafka, so that its end is reported here.
     */
    private void onFound(String jobId, byte[] line) {
        complete(jobId, line);
        onEnded.accept(new JobId(jobId));
    }

    private void complete(String jobId, byte[] line) {
        submitted.complete(jobId, line);
        followed.complete(jobId, line);
    }

    /** Ends the wait of one request of a tenant. */
    private void leave(PendingJobs jobs, PendingJob job, String tenant, boolean cancels) {
        if (jobs.leave(job, tenant)) {
            if (cancels) {
                cancel(job.tenant(), job.identity().job(), job.deadline());
            }
            // Releases its partition, if the job has not ended.
            job.onRefused(JobRefusal.unavailable("nobody waits for the job"));
        }
    }

    /** Returns true if a request awaits a job that it has submitted. */
    boolean hasSubmitted() {
        return submitted.count() > 0;
    }

    /** Visits the jobs that requests have submitted and await. */
    void forEachSubmitted(Consumer<PendingJob> action) {
        submitted.forEach(action);
    }

    /**
     * Ends the waits for a published job. Cancels the job, unless its client may ask for the result
     * again.
     */
    void refuse(PendingJob job, JobRefusal refusal) {
        if (job.result().isDone()) {
            return;
        }
        if (!job.isRepeatable()) {
            cancel(job.tenant(), job.identity().job(), job.deadline());
        }
        job.onRefused(refusal);
    }

    /**
     * Cancels a job, and reads the partition of its result until it has ended.
     *
     * @param deadline time after which no attempt of the job starts; {@link Instant#MAX} for none
     */
    void cancel(String tenant, JobId job, Instant deadline) {
        int partition = job.partition(partitions());
        var _ = reader.require(partition);
        if (!canceller.cancel(tenant, job, deadline)) {
            reader.release(partition);
        }
    }

    private void onCancelledJobEnded(JobId job) {
        onEnded.accept(job);
        reader.count().ifPresent(it -> reader.release(job.partition(it)));
    }

    /** Returns the number of jobs that are awaited, followed ones included. */
    int count() {
        return submitted.count() + followed.count();
    }

    /** Returns the number of jobs whose ends are followed. */
    int followedCount() {
        return followed.count();
    }

    /** Returns the memory of requests and results in bytes. */
    long bytes() {
        return submitted.bytes() + followed.bytes();
    }

    /** Returns the number of records of results that are not read yet. */
    long lag() {
        return reader.lag();
    }

    /** Reports whether results are being read. */
    Health health() {
        return reader.health();
    }

    @Override
    public void close() {
        earlier.close();
        canceller.close();
        control.close();
        reader.close();
    }
}
