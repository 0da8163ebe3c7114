package dev.millrace.router.feature;

import dev.millrace.contracts.topic.KeyPartitions;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.router.message.RoutingMessage.RoutedJob;
import dev.millrace.router.records.OutgoingRecords;
import dev.millrace.router.records.TerminalRecord;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.processor.TimestampExtractor;
import org.apache.kafka.streams.processor.TopicNameExtractor;

/**
 * The topics of the pipeline, and the nodes that core and features add in the same way.
 *
 * @param keys the partitions of topics, except those of requests
 * @param counts looks up the number of partitions of a topic
 * @param maxRequestBytes size limit of a request line
 * @param jobSegmentBytes segment size of the changelog of a store that holds whole jobs
 */
public record RouterTopics(
        Topics names,
        KeyPartitions keys,
        ToIntFunction<String> counts,
        int maxRequestBytes,
        int jobSegmentBytes) {
    /**
     * Selects the partition of a topic that has one, also if others have added partitions to it.
     */
    private static final StreamPartitioner<byte[], byte[]> ONLY_PARTITION =
            (topic, key, value, count) -> Optional.of(Set.of(0));

    /** Writes the unchanged value of a job. */
    public static final Serializer<RoutedJob> JOB_BYTES = (topic, job) -> job.bytes();

    /** Returns the number of partitions that the router uses of a topic. */
    public int partitions(String topic) {
        return keys.count(counts.applyAsInt(topic));
    }

    /** Adds a source of records, from the first one on. */
    public static void addSource(
            Topology topology, String name, TimestampExtractor timestamps, String... topics) {
        var bytes = new ByteArrayDeserializer();
        topology.addSource(AutoOffsetReset.earliest(), name, timestamps, bytes, bytes, topics);
    }

    /** Adds a sink of records for a topic with one partition. */
    public static void addSink(Topology topology, String name, String topic, String step) {
        var bytes = new ByteArraySerializer();
        topology.addSink(name, topic, bytes, bytes, ONLY_PARTITION, step);
    }

    /** Adds a sink of jobs with a topic. */
    public void addJobs(Topology topology, String name, String... steps) {
        TopicNameExtractor<byte[], RoutedJob> jobTopic = (key, job, context) -> job.topic();
        topology.addSink(name, jobTopic, new ByteArraySerializer(), JOB_BYTES, steps);
    }

    /** Adds a sink of results, reports of parts, cost events and dead letters. */
    public void addOutputs(Topology topology, String name, String... steps) {
        topology.addSink(
                name,
                TerminalRecord.TOPIC,
                new ByteArraySerializer(),
                TerminalRecord.BYTES,
                TerminalRecord.samePartition(keys),
                steps);
    }

    /**
     * Adds a step that writes dead letters.
     *
     * @param outputs the {@linkplain #addOutputs sink} that follows it
     */
    public void addDeadLetters(
            Topology topology, RouterContext router, String name, String outputs, String... steps) {
        topology.addProcessor(
                name,
                () ->
                        new DeadLetterStep(
                                () -> maxDeadLetterBytes(router),
                                EndForwarder.of(router, names, outputs),
                                router.metrics(),
                                router.errors()),
                steps);
    }

    /** Returns the size limit for the value of a dead letter, without its key and headers. */
    private int maxDeadLetterBytes(RouterContext router) {
        return Math.min(
                maxRequestBytes,
                router.limits().maxRecordBytes(names.deadLetters())
                        - 2 * OutgoingRecords.MAX_USER_BYTES);
    }
}
