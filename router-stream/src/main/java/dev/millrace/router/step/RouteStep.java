package dev.millrace.router.step;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.JobEnd;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.router.fair.FairLaneAssigner;
import dev.millrace.router.fair.FairnessConfig;
import dev.millrace.router.fair.PaceStore;
import dev.millrace.router.feature.RouterContext;
import dev.millrace.router.feature.RouterFeature.Forwarded;
import dev.millrace.router.feature.RouterFeature.JobEvents;
import dev.millrace.router.feature.StepContext;
import dev.millrace.router.feature.StepNames;
import dev.millrace.router.message.RoutingMessage.BudgetRefusedJob;
import dev.millrace.router.message.RoutingMessage.CompletedJob;
import dev.millrace.router.message.RoutingMessage.PaceEvent;
import dev.millrace.router.message.RoutingMessage.PlannedJob;
import dev.millrace.router.message.RoutingMessage.Rejection;
import dev.millrace.router.message.RoutingMessage.RoutedJob;
import dev.millrace.router.records.OutgoingRecords;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Last step of an accepted job: writes the routing decisions into its headers and chooses its
 * topic. The fair pace decides the lane, so that no tenant's jobs wait behind the backlog of a
 * tenant that exceeds its share. A feature can send the job elsewhere first.
 *
 * <p>Rejects jobs that are possibly too large for their topic: a record that a broker rejects would
 * abort its transaction with all other records, again and again.
 *
 * <p>{@link JobCompletionStep} reports the ends of the partition's jobs, which reduce the lead of a
 * tenant and the unfinished jobs of a guarded arm. A job is counted only when nothing can reject it
 * any more, so that its end takes back the count.
 */
final class RouteStep implements Processor<byte[], PaceEvent, byte[], Object> {
    /** Interval of storing the pace: each entry stored costs about as much as a job's record. */
    static final Duration PACE_INTERVAL = Duration.ofSeconds(1);

    private final RouterContext router;
    private final Topics topics;
    private final FairnessConfig fairness;
    private final StepContext<Object> step = new StepContext<>();
    private @Nullable FairLaneAssigner laneAssigner;
    private List<JobEvents> features = List.of();
    private long flushedMillis;

    RouteStep(RouterContext router, Topics topics, FairnessConfig fairness) {
        this.router = router;
        this.topics = topics;
        this.fairness = fairness;
    }

    @Override
    public void init(ProcessorContext<byte[], Object> context) {
        step.init(context);
        laneAssigner =
                PaceStore.restore(
                        context.getStateStore(StepNames.PACE), fairness, step.nowMillis());
        features = router.open(context);
        step.every(PACE_INTERVAL, this::flush);
    }

    /** Drops changes since the last flush, since their transaction was possibly aborted. */
    @Override
    public void close() {
        step.stop();
    }

    @Override
    public void process(Record<byte[], PaceEvent> entry) {
        switch (entry.value()) {
            case PlannedJob job -> send(entry, job, () -> route(entry, job));
            case BudgetRefusedJob(var job, var refusal) ->
                    send(entry, job, () -> lookUpOnly(entry, job, refusal));
            case CompletedJob(CostEvent event) ->
                    router.errors().run(StepNames.ROUTE, step.origin(), () -> onEnd(event));
        }
        long nowMillis = step.nowMillis();
        if (nowMillis - flushedMillis >= PACE_INTERVAL.toMillis()) {
            // Under low load, each change is stored in the transaction of its job.
            flush(nowMillis);
        }
    }

    private void send(
            Record<byte[], PaceEvent> entry, PlannedJob job, Supplier<Forwarded> decision) {
        Forwarded next =
                router.errors()
                        .decide(
                                StepNames.ROUTE,
                                job.origin(),
                                decision,
                                message -> rejected(entry, job, Rejection.internal(message)));
        step.forwardTo(next.node(), next.entry());
    }

    private void flush(long nowMillis) {
        laneAssigner().flush(nowMillis);
        flushedMillis = nowMillis;
    }

    private Forwarded route(Record<byte[], PaceEvent> entry, PlannedJob job) {
        Headers headers = OutgoingRecords.userHeaders(entry.headers());
        long userBytes = OutgoingRecords.headerBytes(headers);
        if (userBytes > OutgoingRecords.MAX_USER_BYTES) {
            return rejected(entry, job, tooManyHeaders(userBytes));
        }
        job.headers().writeTo(headers);
        byte[] key = job.identity().jobId().value().getBytes(UTF_8);
        int bytes = OutgoingRecords.maxBytes(key, job.bytes(), headers);
        String model = job.headers().model();
        String normal = topics.jobs(model, Lane.NORMAL);
        int limit = router.limits().maxRecordBytes(normal);
        if (bytes > limit) {
            return rejected(entry, job, Rejection.tooLarge(normal, bytes, limit));
        }
        String topic = topicOf(assignLane(job), job, bytes);
        onRouted(job);
        return toFeature(job, headers, topic, Optional.empty())
                .orElseGet(
                        () -> {
                            router.metrics().onRouted(model);
                            return new Forwarded(
                                    StepNames.JOBS,
                                    new Record<>(
                                            key,
                                            new RoutedJob(topic, job.bytes()),
                                            step.nowMillis(),
                                            headers));
                        });
    }

    private Optional<Forwarded> toFeature(
            PlannedJob job, Headers headers, String topic, Optional<Rejection> refusal) {
        return router.features().stream()
                .map(
                        it ->
                                it.onRouting(
                                        job,
                                        headers,
                                        topic,
                                        refusal,
                                        router.limits(),
                                        step.nowMillis()))
                .flatMap(Optional::stream)
                .findFirst();
    }

    /**
     * Sends a job that its budget does not cover to a feature that can have an answer. The job
     * reserves nothing, and its lane does not count it, since it is never called.
     */
    private Forwarded lookUpOnly(
            Record<byte[], PaceEvent> entry, PlannedJob job, Rejection refusal) {
        Headers headers = OutgoingRecords.userHeaders(entry.headers());
        job.headers().writeTo(headers);
        // Each job has a topic. This one is never called, so it takes no place in a lane.
        String topic = topics.jobs(job.headers().model(), Lane.BULK);
        Optional<Forwarded> lookup = toFeature(job, headers, topic, Optional.of(refusal));
        if (lookup.isPresent()) {
            onRouted(job);
        }
        return lookup.orElseGet(() -> rejected(entry, job, refusal));
    }

    private Lane assignLane(PlannedJob job) {
        return laneAssigner()
                .assignLane(
                        job.headers().model(),
                        job.identity().tenant(),
                        job.headers().priority(),
                        step.nowMillis());
    }

    /**
     * Returns the topic of the lane if it accepts the job, otherwise the topic of the normal lane.
     * The topic of a lane can be missing until its first job. A bulk job that moves to the normal
     * lane is counted, because its end in the normal lane takes back a count.
     */
    private String topicOf(Lane lane, PlannedJob job, int bytes) {
        String model = job.headers().model();
        String topic = topics.jobs(model, lane);
        if (bytes <= router.limits().maxRecordBytes(topic)) {
            return topic;
        }
        if (lane == Lane.BULK) {
            laneAssigner().countSurplus(model, job.identity().tenant(), step.nowMillis());
        }
        return topics.jobs(model, Lane.NORMAL);
    }

    /**
     * Counts an end for the model that the job was routed to, even if the job fell back to another
     * model later. Workers of the previous version report no lane; they had only the normal one.
     */
    private void onEnd(CostEvent event) {
        JobEnd end = event.end();
        if (end == null) {
            if (event.model() != null) {
                laneAssigner().onCountedEnd(event.model(), step.nowMillis());
            }
            return;
        }
        features.forEach(it -> it.onEnd(event, step.nowMillis()));
        if (end.lane() != Lane.BULK && end.route().to() != null) {
            laneAssigner().onCountedEnd(end.route().to(), step.nowMillis());
        }
    }

    private static Forwarded rejected(
            Record<byte[], PaceEvent> entry, PlannedJob job, Rejection rejection) {
        return new Forwarded(StepNames.REFUSE, entry.withValue(job.toRejected(rejection)));
    }

    private static Rejection tooManyHeaders(long bytes) {
        String message =
                String.format(
                        Locale.ROOT,
                        "the record's own headers have %,d bytes, more than the limit of %,d",
                        bytes,
                        OutgoingRecords.MAX_USER_BYTES);
        return new Rejection(ErrorCode.VALIDATION_ERROR, message, null);
    }

    private void onRouted(PlannedJob job) {
        JobHeaders headers = job.headers();
        features.forEach(it -> it.onRouted(headers.routedBy(), headers.model(), step.nowMillis()));
    }

    private FairLaneAssigner laneAssigner() {
        if (laneAssigner == null) {
            throw new IllegalStateException("the step has not been initialized");
        }
        return laneAssigner;
    }
}
