package dev.millrace.router.feature;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.topic.KeyPartitions;
import dev.millrace.router.message.RequestReader;
import dev.millrace.router.message.RoutingMessage;
import dev.millrace.router.message.RoutingMessage.JobCost;
import dev.millrace.router.message.RoutingMessage.ParsedRequest;
import dev.millrace.router.message.RoutingMessage.PlannedJob;
import dev.millrace.router.message.RoutingMessage.Rejection;
import dev.millrace.router.plan.PlanAddition;
import dev.millrace.router.plan.ServiceableModels;
import dev.millrace.router.records.TopicLimits;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.ToIntFunction;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.jspecify.annotations.Nullable;

/** A feature of the router, as its core sees it. Shared by all stream threads. */
public interface RouterFeature {
    /** Returns the options of requests that this feature fulfils. */
    default Set<FeatureOption> options() {
        return Set.of();
    }

    /** Returns the topics of this feature, which must exist. */
    default List<FeatureTopic> topics() {
        return List.of();
    }

    /**
     * Checks the numbers of partitions of this feature's topics.
     *
     * @param counts looks up the number of partitions of a topic
     * @param keys the partitions of topics
     * @throws dev.millrace.router.failure.RouterStartException if the feature cannot use them
     */
    default void check(ToIntFunction<String> counts, KeyPartitions keys) {}

    /** Returns the names of the stores that hold whole jobs. */
    default Set<String> jobStores() {
        return Set.of();
    }

    /**
     * Adds this feature's nodes behind the nodes that the core has before await-topic and route.
     */
    default void addBeforeRouting(Topology topology, RouterContext router) {}

    /** Adds this feature's nodes behind all nodes of the core. */
    default void addTo(Topology topology, RouterContext router) {}

    /** Returns the names of repartition topics, which have one partition. */
    default Set<String> repartitionTopics() {
        return Set.of();
    }

    /**
     * Adds this feature's nodes behind the ends of jobs. Only here it can use the DSL, which alone
     * can create repartition topics.
     */
    default void addToEnds(KStream<byte[], JobCost> ends, RouterContext router) {}

    /** Returns the stores of {@link #open}. */
    default Set<StoreBuilder<?>> stores() {
        return Set.of();
    }

    /**
     * Opens this feature's view of the jobs of one task, for the steps plan and route each.
     *
     * @param context of the step
     */
    default JobEvents open(ProcessorContext<?, ?> context, RouterContext router) {
        return new JobEvents() {};
    }

    /** Returns this feature's nodes that forward to a later node of the core. */
    default List<String> before(String node) {
        return List.of();
    }

    /**
     * Returns what this feature adds to the plans of jobs.
     *
     * @param maxRecordBytes looks up the size limit of a model's job topic
     */
    default PlanAddition planning(ServiceableModels models, ToIntFunction<Model> maxRecordBytes) {
        return new PlanAddition() {};
    }

    /**
     * Sends the first request of a job elsewhere before it is planned. Empty if it is to be planned
     * at once.
     *
     * @param nowMillis current time in milliseconds since the epoch
     */
    default Optional<Forwarded> onArrival(
            Record<byte[], ParsedRequest> request, TopicLimits limits, long nowMillis) {
        return Optional.empty();
    }

    /** Returns the node of this feature that takes a planned job; empty if the job is routed. */
    default Optional<String> onPlanned(PlannedJob job) {
        return Optional.empty();
    }

    /** Returns this feature's nodes that also get the cost events which end no known job. */
    default List<String> costNodes() {
        return List.of();
    }

    /**
     * Handles a job that leaves a wait, and can be in a job topic from now on.
     *
     * @param waiting the store of waiting jobs
     */
    default void onRoutedLater(KeyValueStore<Bytes, byte[]> waiting, JobId job, long nowMillis) {}

    /**
     * Sends a routed job to a node of this feature instead of its topic. Empty if it goes to its
     * topic.
     *
     * @param headers of the record for the topic; shared, must not be modified
     * @param refusal why the job must not be called; empty if it may
     */
    default Optional<Forwarded> onRouting(
            PlannedJob job,
            Headers headers,
            String topic,
            Optional<Rejection> refusal,
            TopicLimits limits,
            long nowMillis) {
        return Optional.empty();
    }

    /**
     * Returns the time before which unfinished jobs are lost, in milliseconds since the epoch, with
     * the jobs spared that this feature holds.
     */
    default LongSupplier sparing(LongSupplier lostBefore) {
        return lostBefore;
    }

    /**
     * Opens the reading of returned jobs for one task.
     *
     * @param seenJobs the store of seen jobs
     * @param readers readers of requests by request topic
     */
    default ReturnedJobs openReturned(
            KeyValueStore<Bytes, byte[]> seenJobs, Map<String, RequestReader> readers) {
        return _ -> Optional.empty();
    }

    /** Stops this feature's threads. */
    default void close() {}

    /**
     * A topic of a feature.
     *
     * @param shortage what happens to jobs for which the topic has no partition; null if it needs
     *     none for each partition of jobs
     */
    record FeatureTopic(String name, Use use, @Nullable String shortage) {}

    /** How the router uses a topic. */
    enum Use {
        /** The router writes records for others. */
        WRITTEN,
        /** Only the router reads the records, and deletes them. */
        READ,
        /** Like {@link #READ}; a caller can wait for a record. */
        AWAITED
    }

    /**
     * A record for another node.
     *
     * @param node name of the node, which follows the step that forwards the record
     */
    record Forwarded(String node, Record<byte[], ?> entry) {}

    /** What a feature decides and learns about the jobs of one task. */
    interface JobEvents {
        /** Returns true if the guarded arm of a rule may get another job. */
        default boolean admits(String routedBy) {
            return true;
        }

        /** Handles a job that is routed, and that nothing can reject any more. */
        default void onRouted(String routedBy, String model, long nowMillis) {}

        /** Handles the end of a job of the task. */
        default void onEnd(CostEvent end, long nowMillis) {}
    }

    /** Reads the jobs that return to one task after a feature has sent them elsewhere. */
    interface ReturnedJobs {
        /**
         * Returns the request to plan, or a dead letter if the job cannot be read; empty if the
         * record was read before or does not belong to this feature.
         */
        Optional<RoutingMessage> read(Record<byte[], byte @Nullable []> job);
    }
}
