package dev.millrace.consumer;

import dev.millrace.contracts.kafka.KafkaConfig;
import dev.millrace.contracts.memory.HeapShare;
import dev.millrace.contracts.topic.Topics;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The settings of a consumer.
 *
 * @param kafka client properties, including {@code bootstrap.servers}
 * @param prefix prefix of the topic names, {@code millrace.} by default
 * @param topics the topics to read, at least one
 * @param firstStart where to start in a partition without a position
 * @param heap determines the fetch sizes
 */
public record ConsumerSettings(
        Map<String, String> kafka,
        String prefix,
        Set<OutputTopic> topics,
        FirstStart firstStart,
        HeapShare heap) {

    /**
     * @throws IllegalArgumentException if no topic is named, the prefix is not part of a legal
     *     topic name, or the client properties lack {@code bootstrap.servers} or set a property on
     *     which the guarantees depend, such as {@code isolation.level}
     */
    public ConsumerSettings {
        kafka = new KafkaConfig(kafka).properties();
        var unused = new Topics(prefix);
        topics = Set.copyOf(topics);
        if (topics.isEmpty()) {
            throw new IllegalArgumentException("a consumer must read at least one topic");
        }
    }

    /**
     * Creates settings for the topics with the default prefix. A new partition is read from its
     * first record, with fetches of at most 16 MiB.
     *
     * @param kafka client properties, including {@code bootstrap.servers}
     */
    public ConsumerSettings(Map<String, String> kafka, OutputTopic... topics) {
        this(kafka, "millrace.", Set.copyOf(List.of(topics)), FirstStart.EARLIEST, HeapShare.AMPLE);
    }

    /** Returns these settings with another first start. */
    public ConsumerSettings withFirstStart(FirstStart newFirstStart) {
        return new ConsumerSettings(kafka, prefix, topics, newFirstStart, heap);
    }

    /** Returns these settings with another prefix of topic names. */
    public ConsumerSettings withPrefix(String newPrefix) {
        return new ConsumerSettings(kafka, newPrefix, topics, firstStart, heap);
    }

    Set<String> topicNames() {
        var all = new Topics(prefix);
        var names = new TreeSet<String>();
        topics.forEach(topic -> names.add(topic.name(all)));
        return names;
    }

    /** Omits the client properties, which may contain secrets. */
    @Override
    public String toString() {
        return "ConsumerSettings[topics=" + topicNames() + ", firstStart=" + firstStart + "]";
    }
}
