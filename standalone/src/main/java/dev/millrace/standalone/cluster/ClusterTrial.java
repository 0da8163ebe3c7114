package dev.millrace.standalone.cluster;

import static java.util.Objects.requireNonNull;

import dev.millrace.contracts.kafka.KafkaClient;
import dev.millrace.contracts.kafka.KafkaConfig;
import dev.millrace.contracts.memory.HeapShare;
import dev.millrace.contracts.output.CommittedConsumer;
import dev.millrace.contracts.topic.TopicSpec;
import dev.millrace.standalone.cluster.NeedResult.State;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.OffsetMetadataTooLarge;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Tries what services do with a cluster, on a topic that it creates and deletes. Each method
 * returns what it found; it throws a {@link KafkaException} or {@link TopicAdminException} if the
 * cluster refuses it.
 */
final class ClusterTrial {
    /** Maximum wait for each request of a producer, and for a member of a group. */
    private static final int LONGEST_WAIT_MILLIS = 20_000;

    private static final Duration POLL = Duration.ofMillis(200);

    /** The transaction timeout of all services. */
    private static final int TRANSACTION_MILLIS = 10_000;

    /** More than the batch header and the fields of one record. */
    private static final int RECORD_OVERHEAD_BYTES = 512;

    /** Kafka's default, which the ledger's usual length needs. */
    private static final int METADATA_CHARS = 4_096;

    private final Admin admin;
    private final KafkaConfig kafka;
    private final TopicSpec topic;
    private final String group;
    private final TopicPartition partition;
    private boolean mayExist;

    /**
     * @param like planned topic whose settings the topic of the trial gets
     * @param name of the topic, the group and the transactional id
     */
    ClusterTrial(Admin admin, KafkaConfig kafka, TopicSpec like, String name) {
        this.admin = admin;
        this.kafka = kafka;
        topic =
                new TopicSpec(
                        name, 1, like.replicationFactor(), like.configs(), TopicSpec.Growth.ADDED);
        group = name;
        partition = new TopicPartition(name, 0);
    }

    /** Creates the topic and compares its settings. */
    NeedResult topic(String plan) {
        create(topic.configs());
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic.name());
        var found =
                KafkaFutures.get(
                        "Reading the settings of " + topic.name(),
                        requireNonNull(
                                admin.describeConfigs(List.of(resource)).values().get(resource)));
        var other = new TreeMap<String, String>();
        topic.configs()
                .forEach(
                        (key, value) -> {
                            ConfigEntry entry = found.get(key);
                            String kept = entry == null ? "unreported" : entry.value();
                            if (!value.equals(kept)) {
                                other.put(key, kept);
                            }
                        });
        return other.isEmpty()
                ? new NeedResult(ClusterNeed.TOPICS, State.OK, plan)
                : new NeedResult(
                        ClusterNeed.TOPICS,
                        State.LIMITED,
                        "the cluster keeps other settings than asked for: " + other);
    }

    /**
     * Creates the topic, unless it exists, with the cluster's own settings, so that the rest can be
     * tried.
     */
    void createPlain() {
        if (!mayExist) {
            create(Map.of());
        }
    }

    private void create(Map<String, String> settings) {
        var wanted =
                new NewTopic(topic.name(), Optional.of(1), Optional.of(topic.replicationFactor()));
        try {
            KafkaFutures.get(
                    "Creating the topic " + topic.name(),
                    admin.createTopics(List.of(wanted.configs(settings))).all());
            mayExist = true;
        } catch (TopicAdminException e) {
            // A request without an answer may have been served.
            mayExist = e.getCause() instanceof RetriableException;
            throw e;
        }
        TopicReadiness.await(admin, Map.of(topic.name(), 1));
    }

    /** Commits a record with the offset of a group, which is invisible before. */
    NeedResult transaction() {
        ClusterNeed need = ClusterNeed.TRANSACTIONS;
        try (var producer = transactionalProducer();
                var consumer = consumer()) {
            producer.initTransactions();
            producer.beginTransaction();
            KafkaFutures.get("Writing a record", producer.send(record(1)));
            boolean isHidden = end() == 0;
            producer.sendOffsetsToTransaction(
                    Map.of(partition, new OffsetAndMetadata(0)), consumer.groupMetadata());
            producer.commitTransaction();
            return isHidden
                    ? new NeedResult(need, State.OK, "exactly-once")
                    : new NeedResult(need, State.MISSING, "uncommitted records are visible");
        }
    }

    private long end() {
        return KafkaFutures.get(
                        "Reading the last committed offset",
                        admin.listOffsets(
                                        Map.of(partition, OffsetSpec.latest()),
                                        new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                                .partitionResult(partition))
                .offset();
    }

    /** Writes a record of the largest size. */
    NeedResult largeRecord() {
        int bytes = Integer.parseInt(topic.configs().getOrDefault("max.message.bytes", "0"));
        try (var producer = producer(properties())) {
            KafkaFutures.get(
                    "Writing a record of " + bytes + " bytes",
                    producer.send(record(bytes - RECORD_OVERHEAD_BYTES)));
        }
        return new NeedResult(ClusterNeed.LARGE_RECORDS, State.OK, bytes + " bytes");
    }

    /** Lets a second producer with an equal transactional id end the first one. */
    NeedResult fencing() {
        try (var first = transactionalProducer();
                var second = transactionalProducer()) {
            first.initTransactions();
            first.beginTransaction();
            second.initTransactions();
            try {
                KafkaFutures.get("Writing a record", first.send(record(1)));
                first.commitTransaction();
            } catch (KafkaException | TopicAdminException e) {
                if (isFenced(e)) {
                    return new NeedResult(ClusterNeed.FENCING, State.OK, "by transactional id");
                }
                throw e;
            }
        }
        return new NeedResult(
                ClusterNeed.FENCING, State.MISSING, "a replaced producer can still commit");
    }

    private static boolean isFenced(@Nullable Throwable failure) {
        return failure != null
                && (failure instanceof ProducerFencedException
                        || failure instanceof InvalidProducerEpochException
                        || isFenced(failure.getCause()));
    }

    /** Finds the longest metadata of an offset that the cluster accepts, as a power of two. */
    NeedResult offsetMetadata() {
        for (int chars = METADATA_CHARS; chars > 0; chars /= 2) {
            try {
                var offset = new OffsetAndMetadata(0, "x".repeat(chars));
                KafkaFutures.get(
                        "Committing an offset with metadata",
                        admin.alterConsumerGroupOffsets(group, Map.of(partition, offset)).all());
                return new NeedResult(
                        ClusterNeed.OFFSET_METADATA,
                        chars == METADATA_CHARS ? State.OK : State.LIMITED,
                        chars + " characters");
            } catch (TopicAdminException e) {
                if (!(e.getCause() instanceof OffsetMetadataTooLarge)) {
                    throw e;
                }
            }
        }
        return new NeedResult(ClusterNeed.OFFSET_METADATA, State.MISSING, "none is accepted");
    }

    /** Lets a member of a group get the partition. */
    NeedResult groupProtocol() {
        String protocol =
                String.valueOf(
                        KafkaClient.CONSUMER
                                .properties(kafka.properties())
                                .getOrDefault(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "consumer"));
        try (var consumer = consumer()) {
            consumer.subscribe(List.of(topic.name()));
            for (int polls = LONGEST_WAIT_MILLIS / (int) POLL.toMillis(); polls > 0; polls--) {
                consumer.poll(POLL);
                if (!consumer.assignment().isEmpty()) {
                    return new NeedResult(ClusterNeed.GROUP_PROTOCOL, State.OK, protocol);
                }
            }
        }
        return new NeedResult(
                ClusterNeed.GROUP_PROTOCOL,
                State.MISSING,
                "a member of the protocol " + protocol + " got no partition within 20 s");
    }

    /** Writes a record and deletes it, with the earlier ones. */
    NeedResult deletedRecords() {
        long next;
        try (var producer = producer(properties())) {
            next = KafkaFutures.get("Writing a record", producer.send(record(1))).offset() + 1;
        }
        var all = Map.of(partition, RecordsToDelete.beforeOffset(next));
        long first =
                KafkaFutures.get(
                                "Deleting records",
                                requireNonNull(
                                        admin.deleteRecords(all).lowWatermarks().get(partition)))
                        .lowWatermark();
        return first == next
                ? new NeedResult(ClusterNeed.DELETED_RECORDS, State.OK, "by offset")
                : new NeedResult(
                        ClusterNeed.DELETED_RECORDS, State.MISSING, "the first offset is " + first);
    }

    NeedResult topicId() {
        Uuid id =
                KafkaFutures.get(
                                "Describing the topic " + topic.name(),
                                requireNonNull(
                                        admin.describeTopics(List.of(topic.name()))
                                                .topicNameValues()
                                                .get(topic.name())))
                        .topicId();
        return id.equals(Uuid.ZERO_UUID)
                ? new NeedResult(ClusterNeed.TOPIC_IDS, State.LIMITED, "there are none")
                : new NeedResult(ClusterNeed.TOPIC_IDS, State.OK, "each topic has one");
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        return CommittedConsumer.open(
                kafka.properties(), group, HeapShare.AMPLE, Optional.of(group));
    }

    private KafkaProducer<byte[], byte[]> transactionalProducer() {
        Map<String, Object> properties = properties();
        properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, group);
        properties.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_MILLIS);
        return producer(properties);
    }

    private static KafkaProducer<byte[], byte[]> producer(Map<String, Object> properties) {
        return new KafkaProducer<>(
                properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private Map<String, Object> properties() {
        Map<String, Object> properties = KafkaClient.PRODUCER.properties(kafka.properties());
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, LONGEST_WAIT_MILLIS);
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, LONGEST_WAIT_MILLIS);
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, LONGEST_WAIT_MILLIS);
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Integer.MAX_VALUE);
        properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, Integer.MAX_VALUE);
        properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none");
        return properties;
    }

    private ProducerRecord<byte[], byte[]> record(int bytes) {
        return new ProducerRecord<>(topic.name(), new byte[bytes]);
    }

    /** Deletes what the trial may have created: the topic, then the group of the same name. */
    void delete() {
        if (mayExist) {
            delete("topic", admin.deleteTopics(List.of(topic.name())).all());
            delete("group", admin.deleteConsumerGroups(List.of(group)).all());
        }
    }

    private void delete(String kind, KafkaFuture<Void> deletion) {
        Optional<Boolean> _ =
                KafkaFutures.getIfExists(
                        "Deleting the " + kind + " " + topic.name(), deletion.thenApply(_ -> true));
    }
}
