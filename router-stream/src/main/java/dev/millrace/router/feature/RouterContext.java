package dev.millrace.router.feature;

import dev.millrace.contracts.catalog.ModelNames;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.job.RequestParser;
import dev.millrace.router.dedupe.JobPartitions;
import dev.millrace.router.dedupe.RequestOffsets;
import dev.millrace.router.failure.InternalErrors;
import dev.millrace.router.feature.RouterFeature.JobEvents;
import dev.millrace.router.hold.HoldState;
import dev.millrace.router.message.RouterMetrics;
import dev.millrace.router.message.RoutingMessage.PlannedJob;
import dev.millrace.router.message.RoutingMessage.Rejection;
import dev.millrace.router.message.ThreadBacklog;
import dev.millrace.router.plan.Planner;
import dev.millrace.router.policy.PolicySnapshot;
import dev.millrace.router.records.TopicLimits;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.jspecify.annotations.Nullable;

/**
 * The collaborators of the steps, shared by all stream threads.
 *
 * @param topics the topics of the pipeline
 * @param limits record size limits of topics
 * @param policies supplies the current state of control and policies
 * @param partitions the partitions of jobs in the request topics
 * @param backlog counts waiting records
 * @param requestOffsets creates the handled offsets of a task from its store of seen jobs
 * @param costsTopic looks up the id of the costs topic, and can block
 * @param lostBefore supplies the time before which unfinished jobs are lost, in milliseconds since
 *     the epoch
 * @param errors ends records on which a step fails
 * @param holds what stream threads share about held jobs
 * @param features in the order of a job's way
 */
public record RouterContext(
        Planner planner,
        RouterTopics topics,
        TopicLimits limits,
        Supplier<PolicySnapshot> policies,
        JobPartitions partitions,
        ThreadBacklog backlog,
        RequestOffsets.Factory requestOffsets,
        Supplier<Uuid> costsTopic,
        LongSupplier lostBefore,
        InstantSource clock,
        RouterMetrics metrics,
        InternalErrors errors,
        HoldState holds,
        List<RouterFeature> features) {
    public RouterContext {
        features = List.copyOf(features);
    }

    /**
     * Supplies the time before which unfinished jobs are lost, in milliseconds since the epoch.
     * Unlike {@link #lostBefore}, spares jobs that are held, or wait for money or a feature.
     */
    public LongSupplier waitingLostBefore() {
        LongSupplier spared = heldBound();
        for (RouterFeature feature : features) {
            spared = feature.sparing(spared);
        }
        return spared;
    }

    /** Supplies {@link #lostBefore}, but spares held jobs. */
    public LongSupplier heldBound() {
        return holds.oldest().bound(lostBefore);
    }

    /** Returns a waiting job at the first model that it may call and that is in service. */
    public PlannedJob inService(PlannedJob job) {
        JobHeaders headers =
                planner.inService(job.headers(), () -> RequestParser.parse(job.bytes()).accepted());
        return new PlannedJob(job.identity(), job.origin(), headers, job.bytes(), job.split());
    }

    /** Opens the features' views of the jobs of one task. */
    public List<JobEvents> open(ProcessorContext<?, ?> context) {
        return features.stream().map(it -> it.open(context, this)).toList();
    }

    /**
     * Returns the next step of a planned job: the step of a feature, or else await-topic.
     *
     * @param after the feature that the job comes from; null if it was only planned
     */
    public String next(PlannedJob job, @Nullable RouterFeature after) {
        return features.stream()
                .skip(after == null ? 0 : features.indexOf(after) + 1L)
                .flatMap(it -> it.onPlanned(job).stream())
                .findFirst()
                .orElse(StepNames.AWAIT_TOPIC);
    }

    /** Returns the given nodes, and those of features, that forward to a node. */
    public String[] before(String node, String... nodes) {
        return Stream.concat(
                        Stream.of(nodes), features.stream().flatMap(it -> it.before(node).stream()))
                .distinct()
                .toArray(String[]::new);
    }

    /** Returns why the models of a planned job cannot be called any more; empty if they can. */
    public Optional<Rejection> modelRefusal(JobHeaders job) {
        return planner.refusal(job).map(it -> new Rejection(it.error(), it.message(), it.param()));
    }

    /**
     * Returns why a job that has passed await-topic cannot be called any more, such as deleted
     * topics; empty if it can.
     */
    public Optional<Rejection> callRefusal(JobHeaders job) {
        return modelRefusal(job)
                .or(
                        () ->
                                planner.missingTopic(job.model())
                                        .map(
                                                it ->
                                                        new Rejection(
                                                                ErrorCode.UNKNOWN_MODEL,
                                                                ModelNames.outOfService(
                                                                        job.model(), it),
                                                                "body.model")));
    }
}
