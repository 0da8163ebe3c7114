package dev.millrace.gateway.job;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.header.SubmissionHeaders;
import dev.millrace.contracts.job.CacheMode;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.service.Health;
import dev.millrace.contracts.service.Service;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Submits jobs to the pipeline and awaits their results. Thread-safe; {@link #submit} is meant for
 * virtual threads, because it blocks while Kafka does not keep up.
 */
public final class JobClient implements Service {
    private static final Logger LOG = LoggerFactory.getLogger(JobClient.class);

    private final JobSettings settings;
    private final InstantSource clock;
    private final LongSupplier nanoTicker;
    private final RandomGenerator random;
    private final AwaitedJobs awaited;
    private final JobPublisher publisher;
    private final ExpressLane express;
    private final ServiceWatch services;
    private final UnservedCalls unserved;
    private final LongAdder repeats = new LongAdder();
    private final LongAdder expressCalls = new LongAdder();
    private volatile boolean closed;

    private JobClient(Parts parts) {
        settings = parts.settings;
        clock = parts.clock;
        random = parts.random;
        express = ExpressLane.open(settings, parts.routing, parts.nanoTicker);
        awaited = new AwaitedJobs(parts, express::onEnded);
        services = parts.routing.services;
        unserved = new UnservedCalls(services, awaited);
        nanoTicker = parts.nanoTicker;
        publisher =
                JobPublisher.open(
                        settings.kafka(), settings.topics(), settings.heap(), parts.nanoTicker);
    }

    /**
     * The dependencies of a client.
     *
     * @param endedJobs finds the results of jobs that ended earlier
     * @param routing plans the calls that bypass the router
     * @param random draws custom_ids and spreads repeated tries; need not be thread-safe
     */
    public record Parts(
            JobSettings settings,
            EndedJobs endedJobs,
            Routing routing,
            InstantSource clock,
            LongSupplier nanoTicker,
            RandomGenerator random) {}

    /**
     * How calls are routed.
     *
     * @param planner plans calls that need no state of the router
     * @param control supplies the present state of control; empty while it is not known, so that
     *     calls go through the router
     * @param services knows which services run
     */
    public record Routing(
            CallPlanner planner, Supplier<Optional<ControlState>> control, ServiceWatch services) {
        /** All calls go through the router, whether it runs or not. */
        public static final Routing BY_ROUTER =
                new Routing(
                        CallPlanner.NONE,
                        Optional::empty,
                        new ServiceWatch(
                                ServiceWatch.Source.NONE,
                                Catalog.of(List.of()),
                                CacheMode.NONE,
                                () -> 0));
    }

    /** Decides whether a valid request may become a job. */
    @FunctionalInterface
    public interface Admission {
        /**
         * Admits a request.
         *
         * @throws RuntimeException if it may not become a job
         */
        void admit(RequestLine line);
    }

    /** Starts a client. The client refuses jobs as unavailable until it is connected to Kafka. */
    public static JobClient start(Parts parts) {
        var client = new JobClient(parts);
        client.awaited.start();
        client.unserved.start();
        return client;
    }

    /**
     * Submits a job. A request with an idempotency key joins the job of an earlier request with
     * that key.
     *
     * @throws JobRefusal if the request is invalid, or cannot be accepted now
     */
    public JobTicket submit(JobCall request) {
        return submit(request, _ -> {});
    }

    /**
     * Submits a job like {@link #submit(JobCall)}.
     *
     * @param admission called with the valid request before the job is published; an exception is
     *     passed on, and nothing is published
     */
    public JobTicket submit(JobCall request, Admission admission) {
        if (closed) {
            throw JobRefusal.unavailable("this gateway is stopping");
        }
        int partitions = awaited.partitions();
        String topic = topic(request.tenant());
        return request.idempotencyKey().isPresent()
                ? submitOnce(topic, request, partitions, admission)
                : submitNew(topic, request, partitions, admission);
    }

    private String topic(String tenant) {
        return settings.requestTopics()
                .apply(tenant)
                .orElseThrow(
                        () -> JobRefusal.invalid("no request topic accepts the tenant " + tenant));
    }

    private JobTicket submitNew(
            String topic, JobCall request, int partitions, Admission admission) {
        var identity =
                JobIdentity.draw(
                        request.tenant(), request.batch(), awaited.homes(), partitions, random);
        RequestLine line = line(request, identity, null, admission);
        var job = pendingJob(request, identity, null);
        if (awaited.add(job, line.bytes().length) != job) {
            throw new IllegalStateException("two requests drew the same custom_id");
        }
        var ticket = awaited.ticket(job, null);
        publish(ticket, () -> publish(topic, job, request, line), job);
        return ticket;
    }

    private JobTicket submitOnce(
            String topic, JobCall request, int partitions, Admission admission) {
        String key = request.idempotencyKey().orElseThrow();
        var identity = JobIdentity.derive(request.tenant(), request.batch(), key, partitions);
        String digest = JobIdentity.digest(request);
        RequestLine line = line(request, identity, digest, admission);
        var job = pendingJob(request, identity, digest);
        PendingJob present = awaited.add(job, line.bytes().length);
        var ticket = awaited.ticket(present, digest);
        if (present != job) {
            if (!digest.equals(present.digest())) {
                ticket.close();
                throw JobRefusal.keyReused();
            }
            repeats.increment();
            return ticket;
        }
        publish(ticket, () -> findOrPublish(topic, job, request, line), job);
        return ticket;
    }

    /** Publishes a job. If it is refused, closes its ticket. */
    private static void publish(JobTicket ticket, Runnable publication, PendingJob job) {
        try {
            publication.run();
        } catch (JobRefusal refusal) {
            job.onRefused(refusal);
            ticket.close();
            throw refusal;
        }
    }

    /** Answers from the result of an earlier request, or publishes the job. */
    private void findOrPublish(String topic, PendingJob job, JobCall request, RequestLine line) {
        if (awaited.findEarlier(job)) {
            repeats.increment();
        } else {
            publish(topic, job, request, line);
            // The pipeline runs no job twice. If this one ended before, its result is found later.
            awaited.startLooking(job);
        }
    }

    private RequestLine line(
            JobCall request, JobIdentity identity, @Nullable String digest, Admission admission) {
        int maxBytes = settings.topics().maxRequestBytes();
        if (request.body().length > maxBytes) {
            throw JobRefusal.tooLarge(maxBytes);
        }
        RequestLine line = JobLine.of(request, identity.customId(), digest);
        if (line.bytes().length > maxBytes) {
            throw JobRefusal.tooLarge(maxBytes);
        }
        admission.admit(line);
        return line;
    }

    /**
     * Reads a request that does not become a job.
     *
     * @throws JobRefusal if it is invalid
     */
    public RequestLine read(JobCall request) {
        return JobLine.of(request, "unsubmitted", null);
    }

    private static PendingJob pendingJob(
            JobCall request, JobIdentity identity, @Nullable String digest) {
        return new PendingJob(
                identity, request.tenant(), request.batch(), digest, request.deadline());
    }

    private void publish(String topic, PendingJob job, JobCall request, RequestLine line) {
        LOG.atDebug()
                .addKeyValue("job", job.id())
                .addKeyValue("request_id", request.ids().requestId().orElse("none"))
                .log("publishes a job");
        JobId id = job.identity().job();
        SubmissionHeaders submission =
                submission(request.tenant(), request.batch(), request.apiKey())
                        .withChunks(request.answerWait().chunks());
        // The router recognises the repeats of a request with an idempotency key.
        Optional<ExpressLane.ExpressCall> call =
                job.isRepeatable() ? Optional.empty() : express.plan(line, id, submission);
        try {
            awaitServices(
                    call.map(it -> ServiceWatch.needOfExpress(it.route()))
                            .orElseGet(() -> services.needOfRouted(topic, line)),
                    job);
        } catch (JobRefusal refusal) {
            express.onEnded(id);
            throw refusal;
        }
        ProducerRecord<byte[], byte[]> record =
                call.map(ExpressLane.ExpressCall::record)
                        .orElseGet(() -> JobPublisher.request(topic, id, submission, line.bytes()));
        addTrace(record, request.ids().traceparent());
        if (call.isPresent()) {
            publishExpress(record, job, request);
        } else {
            var _ =
                    publisher
                            .send(record)
                            .whenComplete((_, failure) -> onSent(job, request, failure));
        }
    }

    private static void addTrace(
            ProducerRecord<byte[], byte[]> record, Optional<String> traceparent) {
        MillraceHeaders.put(
                record.headers(), MillraceHeaders.TRACEPARENT, traceparent.orElse(null));
    }

    private void awaitServices(ServiceWatch.Need need, PendingJob job) {
        unserved.awaitServices(need, nanoTicker.getAsLong());
        job.onPublishing(new PendingJob.Publication(need, nanoTicker.getAsLong()));
    }

    private void publishExpress(
            ProducerRecord<byte[], byte[]> call, PendingJob job, JobCall request) {
        var _ =
                job.result()
                        .whenComplete(
                                (_, failure) -> {
                                    if (failure != null) {
                                        onLeft(job);
                                    }
                                });
        var _ =
                publisher
                        .send(call)
                        .whenComplete(
                                (_, failure) -> {
                                    if (failure == null) {
                                        expressCalls.increment();
                                    } else if (JobPublisher.concernsOneRecord(failure)) {
                                        express.onRefused(call.topic());
                                    }
                                    onSent(job, request, failure);
                                });
    }

    /**
     * Counts an express call that nobody awaits any more, and that can still run: until the
     * canceller reports its end, or until its deadline.
     */
    private void onLeft(PendingJob job) {
        long millis = Duration.between(clock.instant(), job.deadline()).toMillis();
        CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS)
                .execute(() -> express.onEnded(job.identity().job()));
    }

    private void onSent(PendingJob job, JobCall request, @Nullable Throwable failure) {
        if (failure == null) {
            job.onAccepted();
        } else {
            onNotPublished(job, request, failure);
        }
    }

    private static SubmissionHeaders submission(
            String tenant, String batch, Optional<String> apiKey) {
        return new SubmissionHeaders(tenant, batch, null, null, null)
                .withApiKey(apiKey.orElse(null));
    }

    /**
     * Publishes a job without awaiting its result.
     *
     * @param tenant tenant of the job, as in the line
     * @param batch batch of the job, as in the line
     * @param apiKey id of the caller's API key; empty without one
     * @param traceparent trace context of the request; empty for none
     * @param isRepeatable true if the client knows the custom_id and can submit the line again;
     *     otherwise, a job that may not have reached Kafka is cancelled
     * @return completes when the job is durable, or with a {@link JobRefusal}
     * @throws JobRefusal if the line is too large, the tenant has no request topic, or this client
     *     is not connected to Kafka
     */
    public CompletableFuture<JobId> publish(
            String tenant,
            String batch,
            Optional<String> apiKey,
            RequestLine line,
            Optional<String> traceparent,
            boolean isRepeatable) {
        int maxBytes = settings.topics().maxRequestBytes();
        if (closed || line.bytes().length > maxBytes) {
            throw closed
                    ? JobRefusal.unavailable("this gateway is stopping")
                    : JobRefusal.tooLarge(maxBytes);
        }
        // A job that cannot be followed cannot be cancelled either.
        var _ = awaited.partitions();
        var job = JobId.of(tenant, batch, line.customId());
        ProducerRecord<byte[], byte[]> record =
                JobPublisher.request(
                        topic(tenant), job, submission(tenant, batch, apiKey), line.bytes());
        addTrace(record, traceparent);
        return publisher
                .send(record)
                .handle(
                        (_, failure) -> {
                            if (failure == null) {
                                return job;
                            }
                            logUnpublished(
                                    job,
                                    Optional.ofNullable(line.options().labels().requestId()),
                                    failure);
                            if (isRepeatable) {
                                throw JobRefusal.unavailable(
                                        "Kafka did not accept the job in time, but it may still"
                                                + " run; submit it again with the same custom_id,"
                                                + " it does not run twice");
                            }
                            awaited.cancel(tenant, job, deadline(line));
                            throw notAccepted();
                        });
    }

    private static Instant deadline(RequestLine line) {
        Instant deadline = line.options().deadline();
        return deadline == null ? Instant.MAX : deadline;
    }

    /**
     * Awaits the result of a job that was published earlier, perhaps by another gateway, or has
     * already ended. A job that does not exist never ends.
     *
     * @throws JobRefusal if results cannot be awaited now
     */
    public JobTicket follow(String tenant, String batch, JobId id) {
        return awaited.follow(tenant, batch, id);
    }

    /** Returns the result of a job that has ended, as far as it is stored. */
    public Optional<AwaitedResult> ended(String tenant, String batch, JobId id) {
        return awaited.ended(tenant, batch, id);
    }

    /**
     * Cancels the job too, because Kafka possibly has it despite the missing acknowledgement. A job
     * with an idempotency key is not cancelled: another gateway has possibly accepted it, or its
     * client will repeat it.
     */
    private void onNotPublished(PendingJob job, JobCall request, Throwable failure) {
        logUnpublished(job.identity().job(), request.ids().requestId(), failure);
        try {
            if (!job.isRepeatable()) {
                awaited.cancel(job.tenant(), job.identity().job(), job.deadline());
            }
        } finally {
            job.onRefused(notAccepted());
        }
    }

    private static void logUnpublished(JobId job, Optional<String> requestId, Throwable failure) {
        LOG.atWarn()
                .addKeyValue("job", job.value())
                .addKeyValue("request_id", requestId.orElse("none"))
                .addKeyValue("problem", String.valueOf(failure.getMessage()))
                .log("Kafka did not accept a job");
    }

    private static JobRefusal notAccepted() {
        return JobRefusal.unavailable("Kafka did not accept the request in time");
    }

    /** Receives a result that a worker of this process has committed. Returns at once. */
    public void onCommitted(String jobId, byte[] line) {
        awaited.onCommitted(jobId, line);
    }

    /** Returns the maximum size of a request in bytes. */
    public int maxRequestBytes() {
        return settings.topics().maxRequestBytes();
    }

    /** Returns the number of jobs whose results are awaited. */
    public int pendingJobs() {
        return awaited.count();
    }

    /** Returns the number of pending jobs whose ends are followed. */
    public int followedJobs() {
        return awaited.followedCount();
    }

    /** Returns the number of requests so far that repeated an earlier one by their key. */
    public long repeats() {
        return repeats.sum();
    }

    /** Returns the number of calls so far that are durable and bypass the router. */
    public long expressCalls() {
        return expressCalls.sum();
    }

    /** Returns the number of records of results that are not read yet. */
    public long lag() {
        return awaited.lag();
    }

    /** Returns the memory of the awaited jobs' requests and results in bytes. */
    public long pendingBytes() {
        return awaited.bytes();
    }

    @Override
    public Health health() {
        Health reading = awaited.health();
        return reading.ready()
                ? publisher
                        .problem()
                        .map(it -> Health.waiting("jobs cannot be published: " + it))
                        .orElse(reading)
                : reading;
    }

    /** Refuses more jobs and stops. Accepted jobs continue to run. */
    @Override
    public void close() {
        closed = true;
        unserved.close();
        // First: its callbacks cancel jobs that Kafka did not acknowledge.
        publisher.close();
        express.close();
        awaited.close();
    }
}
