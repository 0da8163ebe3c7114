package dev.millrace.router;

import dev.millrace.contracts.config.TopicsConfig;
import dev.millrace.contracts.topic.RecordSizes;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;

/** The settings of Kafka Streams: small commits, few bytes held, no record too large to go on. */
final class StreamsProperties {
    private static final int MIB = 1 << 20;

    private static final int MOST_FETCH_BYTES = 8 * MIB;
    private static final int BATCH_BYTES = 128 << 10;
    private static final int TRANSACTION_TIMEOUT_MILLIS = 10_000;

    /**
     * The first records of a transaction are refused as long as the one before is being completed:
     * with 100 ms between attempts, Kafka's default, jobs would wait for that and not for work.
     */
    private static final int RETRY_BACKOFF_MILLIS = 5;

    private static final int MAX_BLOCK_MILLIS = 10_000;
    private static final int RESTORE_WAIT_MILLIS = 20;
    private static final int RESTORED_RECORDS = 1_000;
    private static final int FETCH_WAIT_MILLIS = 250;
    private static final int IDLE_POLL_MILLIS = 250;
    private static final int HEARTBEATS_IN_SESSION = 3;
    private static final int REPLICAS_FOR_TWO_IN_SYNC = 3;

    private StreamsProperties() {}

    static Properties of(RouterSettings settings) {
        Map<String, Object> all = new HashMap<>();
        process(all, settings);
        consumer(all, settings);
        producer(all, settings);
        topics(all, settings.config().topics());
        // What the file says goes before what is only a matter of speed; the configuration has
        // refused what the guarantees rest on.
        all.putAll(settings.kafka().properties());
        // Meant for the worker's group; Streams has a protocol of its own under the same name.
        all.remove(StreamsConfig.GROUP_PROTOCOL_CONFIG);
        all.remove(StreamsConfig.consumerPrefix(ConsumerConfig.GROUP_PROTOCOL_CONFIG));
        guarantees(all, settings);
        var properties = new Properties();
        properties.putAll(all);
        return properties;
    }

    private static void guarantees(Map<String, Object> all, RouterSettings settings) {
        all.put(StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG, ProduceFailures.class);
        all.put(StreamsConfig.APPLICATION_ID_CONFIG, settings.applicationId());
        all.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        all.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        all.put(
                StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG,
                settings.config().router().standbyReplicas());
        settings.instance()
                .ifPresent(instance -> all.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, instance));
    }

    private static void process(Map<String, Object> all, RouterSettings settings) {
        int commitMillis = Math.toIntExact(settings.commitInterval().toMillis());
        all.put(StreamsConfig.STATE_DIR_CONFIG, settings.stateDirectory().toString());
        all.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, settings.threads());
        all.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, commitMillis);
        // Of an idle thread; one with something to commit polls for less (StreamConsumers).
        all.put(StreamsConfig.POLL_MS_CONFIG, IDLE_POLL_MILLIS);
        // What a stream thread holds of one partition before it stops fetching from it.
        all.put(
                StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG,
                settings.heap().bufferedRecords());
        // Requests do not wait for the ends of jobs to be fetched: their order does not matter.
        all.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, StreamsConfig.MAX_TASK_IDLE_MS_DISABLED);
        // No store has a cache.
        all.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
        all.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, SmallRocksDb.class);
        all.put(StreamsConfig.ENABLE_METRICS_PUSH_CONFIG, false);
        // No JMX beans: Micrometer has the figures, and each bean costs time at start.
        all.put(CommonClientConfigs.METRIC_REPORTER_CLASSES_CONFIG, "");
    }

    private static void consumer(Map<String, Object> all, RouterSettings settings) {
        int sessionMillis = Math.toIntExact(settings.sessionTimeout().toMillis());
        all.put(
                StreamsConfig.mainConsumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG),
                sessionMillis);
        all.put(
                StreamsConfig.mainConsumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG),
                sessionMillis / HEARTBEATS_IN_SESSION);
        // A start waits for fetches from empty changelogs, and a close for those of requests. A
        // fetch ends as soon as a record comes: the rest of the wait costs nothing but idle work.
        all.put(
                StreamsConfig.restoreConsumerPrefix(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG),
                RESTORE_WAIT_MILLIS);
        all.put(
                StreamsConfig.mainConsumerPrefix(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG),
                FETCH_WAIT_MILLIS);
        all.put(
                StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG),
                settings.heap().polledRecords());
        // What is restored is small, and is not kept.
        all.put(
                StreamsConfig.restoreConsumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG),
                RESTORED_RECORDS);
        // A larger record is still fetched, alone.
        all.put(
                StreamsConfig.consumerPrefix(ConsumerConfig.FETCH_MAX_BYTES_CONFIG),
                Math.min(MOST_FETCH_BYTES, settings.heap().fetchBytes()));
        all.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG), MIB);
    }

    private static void producer(Map<String, Object> all, RouterSettings settings) {
        int largest = RecordSizes.of(settings.config().topics()).largest();
        all.put(StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), largest);
        all.put(
                StreamsConfig.producerPrefix(ProducerConfig.BUFFER_MEMORY_CONFIG),
                settings.heap().producerBytes(largest));
        all.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
        // Each full batch wakes the producer's thread, and is a piece of work for the broker.
        all.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), BATCH_BYTES);
        all.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 5);
        all.put(
                StreamsConfig.producerPrefix(ProducerConfig.RETRY_BACKOFF_MS_CONFIG),
                RETRY_BACKOFF_MILLIS);
        // A topic that was deleted holds up its stream thread for so long, once.
        all.put(StreamsConfig.producerPrefix(ProducerConfig.MAX_BLOCK_MS_CONFIG), MAX_BLOCK_MILLIS);
        all.put(
                StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG),
                TRANSACTION_TIMEOUT_MILLIS);
    }

    private static void topics(Map<String, Object> all, TopicsConfig topics) {
        InternalTopics.SETTINGS.forEach(
                (key, value) -> all.put(StreamsConfig.topicPrefix(key), value));
        all.put(
                StreamsConfig.topicPrefix(TopicConfig.MAX_MESSAGE_BYTES_CONFIG),
                Integer.toString(RecordSizes.of(topics).largest()));
        all.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, topics.replicationFactor());
        if (topics.replicationFactor() >= REPLICAS_FOR_TWO_IN_SYNC) {
            all.put(StreamsConfig.topicPrefix(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG), "2");
        }
    }
}
