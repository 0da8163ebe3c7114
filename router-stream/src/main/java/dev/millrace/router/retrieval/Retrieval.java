package dev.millrace.router.retrieval;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.header.SubmissionHeaders;
import dev.millrace.contracts.topic.KeyPartitions;
import dev.millrace.router.dedupe.HandledOffset;
import dev.millrace.router.feature.FeatureOption;
import dev.millrace.router.feature.RouterContext;
import dev.millrace.router.feature.RouterFeature;
import dev.millrace.router.feature.RouterFeature.FeatureTopic;
import dev.millrace.router.feature.RouterFeature.Forwarded;
import dev.millrace.router.feature.RouterFeature.ReturnedJobs;
import dev.millrace.router.feature.RouterFeature.Use;
import dev.millrace.router.feature.StepNames;
import dev.millrace.router.message.RequestReader;
import dev.millrace.router.message.RoutingMessage.ParsedRequest;
import dev.millrace.router.message.RoutingMessage.Rejection;
import dev.millrace.router.message.RoutingMessage.ValidContent;
import dev.millrace.router.records.OutgoingRecords;
import dev.millrace.router.records.TerminalRecord;
import dev.millrace.router.records.TopicLimits;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Sends jobs that need passages to the retrieval service before they are planned. Such a record has
 * the value of the request and the claims of its producer, so that the router can read the request
 * again. It also has the position of the request, which the router needs to end the job.
 */
public final class Retrieval implements RouterFeature {
    /** The node of jobs that wait for passages. */
    private static final String NODE = "retrievals";

    /** Names the entry of the last returned job in the store of seen jobs, so it never changes. */
    private static final byte HANDLED = 1;

    private final String topic;
    private final KeyPartitions keys;
    private final Supplier<Uuid> topicId;

    /**
     * @param topic the topic of jobs that wait for passages
     * @param keys the partitions of topics
     * @param topicId looks up the id of the topic, and can block
     */
    public Retrieval(String topic, KeyPartitions keys, Supplier<Uuid> topicId) {
        this.topic = topic;
        this.keys = keys;
        this.topicId = topicId;
    }

    @Override
    public Set<FeatureOption> options() {
        return Set.of(FeatureOption.RETRIEVAL);
    }

    @Override
    public List<FeatureTopic> topics() {
        return List.of(
                new FeatureTopic(topic, Use.WRITTEN, "jobs with millrace.retrieval would be lost"));
    }

    @Override
    public void addTo(Topology topology, RouterContext router) {
        topology.addSink(
                NODE,
                topic,
                new ByteArraySerializer(),
                TerminalRecord.BYTES,
                TerminalRecord.samePartition(keys),
                StepNames.DEDUPE);
    }

    /**
     * Sends a job to the retrieval service, in the partition of its request, with the router's time
     * as timestamp. The oldest timestamp of a waiting job decides which jobs are lost, and a client
     * can set any timestamp.
     */
    @Override
    public Optional<Forwarded> onArrival(
            Record<byte[], ParsedRequest> entry, TopicLimits limits, long nowMillis) {
        ParsedRequest request = entry.value();
        if (!(request.content() instanceof ValidContent(var line))
                || !FeatureOption.RETRIEVAL.isIn(line)) {
            return Optional.empty();
        }
        Headers headers = headers(request, entry.headers());
        byte[] key = request.identity().jobId().value().getBytes(UTF_8);
        var waiting = new TerminalRecord(topic, request.bytes(), request.origin().partition());
        return Optional.of(
                refusal(key, request, headers, limits)
                        .map(
                                it ->
                                        new Forwarded(
                                                StepNames.REFUSE,
                                                entry.withValue(request.toRejected(it))))
                        .orElseGet(
                                () ->
                                        new Forwarded(
                                                NODE,
                                                new Record<>(key, waiting, nowMillis, headers))));
    }

    private static Headers headers(ParsedRequest request, Headers received) {
        Headers headers = OutgoingRecords.userHeaders(received);
        SubmissionHeaders.read(received).writeTo(headers);
        MillraceHeaders.put(headers, MillraceHeaders.SCHEMA, MillraceHeaders.SCHEMA_VERSION);
        MillraceHeaders.put(headers, MillraceHeaders.JOB_ID, request.identity().jobId());
        MillraceHeaders.put(headers, MillraceHeaders.TENANT, request.identity().tenant());
        MillraceHeaders.put(headers, MillraceHeaders.BATCH, request.identity().batch());
        MillraceHeaders.put(headers, MillraceHeaders.SUBMITTED_AT, request.submittedAt());
        request.origin().writeTo(headers);
        return headers;
    }

    /** Returns why a job cannot wait for passages; empty if it can. */
    private Optional<Rejection> refusal(
            byte[] key, ParsedRequest request, Headers headers, TopicLimits limits) {
        long userBytes = OutgoingRecords.headerBytes(OutgoingRecords.userHeaders(headers));
        if (userBytes > OutgoingRecords.MAX_USER_BYTES) {
            return Optional.of(
                    new Rejection(
                            ErrorCode.VALIDATION_ERROR,
                            "the record's own headers have "
                                    + userBytes
                                    + " bytes, more than the limit of "
                                    + OutgoingRecords.MAX_USER_BYTES,
                            null));
        }
        int bytes = OutgoingRecords.maxBytes(key, request.bytes(), headers);
        int limit = limits.maxRecordBytes(topic);
        return bytes > limit
                ? Optional.of(Rejection.tooLarge(topic, bytes, limit))
                : Optional.empty();
    }

    @Override
    public ReturnedJobs openReturned(
            KeyValueStore<Bytes, byte[]> seenJobs, Map<String, RequestReader> readers) {
        return new RetrievedJobs(new HandledOffset(seenJobs, HANDLED, topicId), readers);
    }
}
