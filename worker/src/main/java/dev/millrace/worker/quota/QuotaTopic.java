package dev.millrace.worker.quota;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.kafka.KafkaClient;
import dev.millrace.quota.QuotaRecord;
import dev.millrace.quota.QuotaRecordCodec;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * The clients of the quota topic. Reading starts before this worker's first record in each
 * partition. The broker's timestamp of that record gives the age of the records before it.
 *
 * <p>Belongs to the quota thread, except {@link #wakeup}.
 */
final class QuotaTopic implements AutoCloseable {
    /**
     * Delivery timeout of a demand. Newer demands replace older ones, so an unwritable record is
     * dropped soon.
     */
    private static final Duration DELIVERY = Duration.ofSeconds(3);

    /**
     * The topic has one partition. In a partition that others add, its records would be missed by
     * workers that do not know the partition yet.
     */
    private static final int ONLY_PARTITION = 0;

    private static final Duration BLOCKED = Duration.ofSeconds(2);
    private static final Duration REQUEST = Duration.ofSeconds(5);
    private static final Duration CLOSE = Duration.ofSeconds(1);

    private final String topic;
    private final long historyMillis;
    private final LongSupplier ticker;
    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Map<TopicPartition, Anchor> anchors = new HashMap<>();

    /** Anchors of partitions that may not be read yet. Filled by the producer's thread. */
    private final BlockingQueue<Anchor> written = new LinkedBlockingQueue<>();

    /** Assigned partitions, which need no further anchors. Read by the producer's thread. */
    private volatile Set<TopicPartition> assigned = Set.of();

    /** Error of a failed write. Set by the producer's thread. */
    private volatile @Nullable Exception failure;

    /**
     * A written record. It was written at the broker's time {@code brokerMillis}, before the
     * ticker's time {@code nanos}.
     */
    private record Anchor(TopicPartition partition, long brokerMillis, long nanos) {}

    /** Receives the records of the topic. */
    interface Reader {
        /**
         * Applies a record.
         *
         * @param writtenNanos a time at which the record was certainly written
         * @param brokerMillis the broker's timestamp of the record
         */
        void onRecord(String key, QuotaRecord quotaRecord, long writtenNanos, long brokerMillis);
    }

    /**
     * @param user client properties from the configuration
     * @param history time before the first own record from which records are read
     * @throws KafkaException if a client property is invalid
     */
    QuotaTopic(
            Map<String, String> user,
            String topic,
            String clientId,
            Duration history,
            LongSupplier ticker) {
        this.topic = topic;
        this.ticker = ticker;
        historyMillis = history.toMillis();
        producer =
                new KafkaProducer<>(
                        producerProperties(user, clientId),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
        try {
            consumer =
                    new KafkaConsumer<>(
                            consumerProperties(user, clientId),
                            new ByteArrayDeserializer(),
                            new ByteArrayDeserializer());
        } catch (KafkaException e) {
            producer.close(Duration.ZERO);
            throw e;
        }
    }

    private static Map<String, Object> producerProperties(
            Map<String, String> user, String clientId) {
        var properties = KafkaClient.PRODUCER.properties(user);
        properties.put(ProducerConfig.CLIENT_ID_CONFIG, clientId);
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, BLOCKED.toMillis());
        properties.put(
                ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.toIntExact(BLOCKED.toMillis()));
        properties.put(
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Math.toIntExact(DELIVERY.toMillis()));
        return properties;
    }

    private static Map<String, Object> consumerProperties(
            Map<String, String> user, String clientId) {
        var properties = KafkaClient.CONSUMER.properties(user);
        properties.put(ConsumerConfig.CLIENT_ID_CONFIG, clientId);
        properties.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic");
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(
                ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Math.toIntExact(REQUEST.toMillis()));
        return properties;
    }

    /**
     * Writes a record, and reads its partition from now on. Writes nothing after a failure, since a
     * missing topic blocks each attempt for some time.
     */
    void send(String key, QuotaRecord quotaRecord) {
        if (failure != null) {
            return;
        }
        var message =
                new ProducerRecord<>(
                        topic,
                        ONLY_PARTITION,
                        key.getBytes(UTF_8),
                        QuotaRecordCodec.encode(quotaRecord));
        var _ =
                producer.send(
                        message,
                        (metadata, problem) -> {
                            if (problem == null) {
                                onWritten(metadata);
                            } else {
                                failure = problem;
                            }
                        });
    }

    private void onWritten(RecordMetadata metadata) {
        var partition = new TopicPartition(metadata.topic(), metadata.partition());
        if (!assigned.contains(partition)) {
            written.add(new Anchor(partition, metadata.timestamp(), ticker.getAsLong()));
        }
    }

    /** Returns true once a record was written and its partition is read. */
    boolean isRead() {
        return !anchors.isEmpty();
    }

    /** Reads each partition again, so that records of a new key are seen. */
    void readAgain() {
        anchors.clear();
        assigned = Set.of();
    }

    /**
     * Reads the next records.
     *
     * @throws KafkaException if the topic cannot be read or written; another object has to replace
     *     this one
     */
    void poll(Duration wait, Reader reader) {
        Exception problem = failure;
        if (problem != null) {
            throw new KafkaException(problem.getMessage(), problem);
        }
        for (Anchor next = nextWritten(wait); next != null; next = written.poll()) {
            if (anchors.putIfAbsent(next.partition, next) == null) {
                assign(next);
            }
        }
        if (anchors.isEmpty()) {
            return;
        }
        for (ConsumerRecord<byte[], byte[]> next : consumer.poll(wait)) {
            long nanos = writtenNanos(next);
            if (next.key() != null && next.value() != null) {
                String key = new String(next.key(), UTF_8);
                QuotaRecordCodec.decode(next.value())
                        .ifPresent(it -> reader.onRecord(key, it, nanos, next.timestamp()));
            }
        }
    }

    /** Returns the next written record; waits for it while no partition is read. */
    private @Nullable Anchor nextWritten(Duration wait) {
        try {
            return anchors.isEmpty()
                    ? written.poll(wait.toNanos(), TimeUnit.NANOSECONDS)
                    : written.poll();
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    private void assign(Anchor anchor) {
        assigned = Set.copyOf(anchors.keySet());
        consumer.assign(assigned);
        var start =
                consumer.offsetsForTimes(
                                Map.of(anchor.partition, anchor.brokerMillis - historyMillis))
                        .get(anchor.partition);
        if (start == null) {
            consumer.seekToBeginning(List.of(anchor.partition));
        } else {
            consumer.seek(anchor.partition, start.offset());
        }
    }

    /** Returns a time of the ticker at which the record was certainly written. */
    private long writtenNanos(ConsumerRecord<byte[], byte[]> next) {
        Anchor anchor = anchors.get(new TopicPartition(next.topic(), next.partition()));
        long now = ticker.getAsLong();
        if (anchor == null || next.timestamp() >= anchor.brokerMillis) {
            return now;
        }
        return anchor.nanos - Duration.ofMillis(anchor.brokerMillis - next.timestamp()).toNanos();
    }

    /** Ends a poll early. From any thread. */
    void wakeup() {
        consumer.wakeup();
    }

    @Override
    public void close() {
        producer.close(CLOSE);
        consumer.close(CloseOptions.timeout(Duration.ZERO));
    }
}
