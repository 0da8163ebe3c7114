package dev.millrace.router.feature;

import dev.millrace.router.message.RequestReader;
import dev.millrace.router.message.RoutingMessage;
import dev.millrace.router.message.RoutingMessage.ParsedRequest;
import dev.millrace.router.records.TopicLimits;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** A feature of the router, as its core sees it. Shared by all stream threads. */
public interface RouterFeature {
    /** Returns the options of requests that this feature fulfils. */
    Set<FeatureOption> options();

    /** Returns the topics that need a partition for each partition of jobs. */
    List<JobTopic> topics();

    /** Adds this feature's nodes behind the nodes of the core. */
    void addTo(Topology topology);

    /**
     * Sends the first request of a job elsewhere before it is planned. Empty if it is to be planned
     * at once.
     *
     * @param nowMillis current time in milliseconds since the epoch
     */
    Optional<Forwarded> onArrival(
            Record<byte[], ParsedRequest> request, TopicLimits limits, long nowMillis);

    /**
     * Opens the reading of returned jobs for one task.
     *
     * @param seenJobs the store of seen jobs
     * @param readers readers of requests by request topic
     */
    ReturnedJobs openReturned(
            KeyValueStore<Bytes, byte[]> seenJobs, Map<String, RequestReader> readers);

    /**
     * A topic with the records of jobs.
     *
     * @param effect what happens to jobs for which it has no partition
     */
    record JobTopic(String name, String effect) {}

    /**
     * A record for another node.
     *
     * @param node name of the node, which follows the step that forwards the record
     */
    record Forwarded(String node, Record<byte[], ?> entry) {}

    /** Reads the jobs that return to one task after a feature has sent them elsewhere. */
    interface ReturnedJobs {
        /**
         * Returns the request to plan, or a dead letter if the job cannot be read; empty if the
         * record was read before or does not belong to this feature.
         */
        Optional<RoutingMessage> read(Record<byte[], byte @Nullable []> job);
    }
}
