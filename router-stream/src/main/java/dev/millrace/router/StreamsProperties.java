package dev.millrace.router;

import dev.millrace.configuration.RecordSizes;
import dev.millrace.configuration.TopicsConfig;
import dev.millrace.contracts.memory.HeapShare;
import dev.millrace.router.streams.BoundedMemoryRocksDbConfig;
import dev.millrace.router.streams.ProduceFailureHandler;
import dev.millrace.router.streams.RouterClientSupplier;
import dev.millrace.router.topic.InternalTopics;
import dev.millrace.router.waiting.JobChangelog;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;

/**
 * Builds the settings of Kafka Streams for frequent commits, bounded buffers and records of every
 * permitted size.
 */
final class StreamsProperties {
    private static final int MIB = 1 << 20;

    private static final int MAX_FETCH_BYTES = 8 * MIB;

    /**
     * Maximum of a fetch from one partition. The consumer sends a broker no further request before
     * it has delivered the whole response, so the backlog of one tenant must not fill a response.
     */
    private static final int PARTITION_FETCH_BYTES = MIB / 8;

    private static final int BATCH_BYTES = 128 << 10;

    /**
     * Longer than the interval of commits, which flush: no reader sees a record before its commit,
     * so that sending it earlier only makes batches smaller.
     */
    private static final int LINGER_MILLIS = 250;

    private static final int TRANSACTION_TIMEOUT_MILLIS = 10_000;

    /**
     * Wait between attempts. A broker rejects the first records of a transaction until the previous
     * one is completed. With Kafka's default of 100 ms, jobs would spend most of their time
     * waiting.
     */
    private static final int RETRY_BACKOFF_MILLIS = 5;

    /**
     * Interval at which Streams checks whether the internal topics that it creates are ready. It
     * routes nothing before they are ready. The clients wait longer after each further failure.
     */
    private static final int TOPIC_RETRY_MILLIS = 20;

    private static final int MAX_BLOCK_MILLIS = 10_000;
    private static final int RESTORE_WAIT_MILLIS = 20;

    /**
     * Most records of a poll of changelogs, which are written to RocksDB together. A small heap
     * lowers it, since the fetch size bounds only the compressed bytes. A router restores ten
     * million small entries a third faster than with Kafka's default of 500 or with 1,000.
     */
    private static final int RESTORED_RECORDS = 10_000;

    private static final int IDLE_POLL_MILLIS = 500;

    /** Longest time until partitions that were added to a topic are read. */
    private static final int NEW_PARTITIONS_MILLIS = 5_000;

    /**
     * Age beyond which a starting router drops its local state and restores it. Older state could
     * miss the deletion of a job, which the changelog keeps for {@link
     * JobChangelog#TOMBSTONE_RETENTION}. Streams drops the state of a partition that moved to
     * another router within twenty minutes.
     */
    static final Duration MAX_STATE_AGE = JobChangelog.TOMBSTONE_RETENTION.dividedBy(2);

    private static final int HEARTBEATS_IN_SESSION = 3;
    private static final int REPLICAS_FOR_TWO_IN_SYNC = 3;

    /** Bytes that an entry of the cache's store adds to the job or the result in it. */
    private static final int ENTRY_BYTES = 64 << 10;

    private StreamsProperties() {}

    static Properties of(RouterSettings settings) {
        Map<String, Object> all = new HashMap<>();
        process(all, settings);
        consumer(all, settings);
        producer(all, settings);
        topics(all, settings.config().topics());
        // The configuration overrides all settings except guarantees; it rejects overrides of
        // guarantees.
        all.putAll(settings.kafka().properties());
        // Intended for the worker's group; Streams has a different protocol under this setting.
        all.remove(StreamsConfig.GROUP_PROTOCOL_CONFIG);
        all.remove(StreamsConfig.consumerPrefix(ConsumerConfig.GROUP_PROTOCOL_CONFIG));
        guarantees(all, settings);
        var properties = new Properties();
        properties.putAll(all);
        return properties;
    }

    private static void guarantees(Map<String, Object> all, RouterSettings settings) {
        all.put(
                StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG,
                ProduceFailureHandler.class);
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
        all.put(StreamsConfig.STATE_DIR_CONFIG, settings.stateDirectory().toString());
        all.put(StreamsConfig.STATE_CLEANUP_DIR_MAX_AGE_MS_CONFIG, MAX_STATE_AGE.toMillis());
        all.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, settings.threads());
        // Steps request earlier commits, see CommitTrigger.
        all.put(
                StreamsConfig.COMMIT_INTERVAL_MS_CONFIG,
                RouterClientSupplier.LONGEST_TIME_FOR_RECORDS.toMillis());
        // For idle threads; RouterClientSupplier shortens the polls of busy ones.
        all.put(StreamsConfig.POLL_MS_CONFIG, IDLE_POLL_MILLIS);
        all.put(StreamsConfig.RETRY_BACKOFF_MS_CONFIG, TOPIC_RETRY_MILLIS);
        // A stream thread stops fetching from a partition with more buffered records.
        all.put(
                StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG,
                settings.heap().bufferedRecords());
        // Requests need not wait for cost events to be fetched: their order does not matter.
        all.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, StreamsConfig.MAX_TASK_IDLE_MS_DISABLED);
        // No store has a cache.
        all.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
        all.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedMemoryRocksDbConfig.class);
        all.put(StreamsConfig.ENABLE_METRICS_PUSH_CONFIG, false);
        // No JMX beans: Micrometer has the metrics, and each bean slows down the start.
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
        all.put(
                StreamsConfig.mainConsumerPrefix(ConsumerConfig.METADATA_MAX_AGE_CONFIG),
                NEW_PARTITIONS_MILLIS);
        // A start waits for fetches from empty changelogs.
        all.put(
                StreamsConfig.restoreConsumerPrefix(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG),
                RESTORE_WAIT_MILLIS);
        all.put(
                StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG),
                settings.heap().polledRecords());
        all.put(
                StreamsConfig.restoreConsumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG),
                Math.min(RESTORED_RECORDS, 10 * settings.heap().polledRecords()));
        // No tenant waits for another while a changelog is read.
        all.put(
                StreamsConfig.restoreConsumerPrefix(
                        ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG),
                MIB);
        // A larger record is still fetched, in a separate response.
        all.put(
                StreamsConfig.consumerPrefix(ConsumerConfig.FETCH_MAX_BYTES_CONFIG),
                fetchBytes(settings.heap()));
        all.put(
                StreamsConfig.consumerPrefix(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG),
                PARTITION_FETCH_BYTES);
    }

    /** Returns the maximum bytes of a fetch, and of the values of one poll of a thread. */
    static int fetchBytes(HeapShare heap) {
        return Math.min(MAX_FETCH_BYTES, heap.fetchBytes());
    }

    private static void producer(Map<String, Object> all, RouterSettings settings) {
        int largest = maxEntryBytes(settings.config().topics());
        all.put(StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), largest);
        all.put(
                StreamsConfig.producerPrefix(ProducerConfig.BUFFER_MEMORY_CONFIG),
                settings.heap().producerBytes(largest));
        // Larger batches wake the producer's thread less often and save the broker work.
        all.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), BATCH_BYTES);
        all.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), LINGER_MILLIS);
        all.put(
                StreamsConfig.producerPrefix(ProducerConfig.RETRY_BACKOFF_MS_CONFIG),
                RETRY_BACKOFF_MILLIS);
        // A deleted topic blocks its stream thread for this long, once.
        all.put(StreamsConfig.producerPrefix(ProducerConfig.MAX_BLOCK_MS_CONFIG), MAX_BLOCK_MILLIS);
        all.put(
                StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG),
                TRANSACTION_TIMEOUT_MILLIS);
    }

    /** Returns the size limit of a changelog's record. */
    private static int maxEntryBytes(TopicsConfig topics) {
        return RecordSizes.of(topics).largest() + ENTRY_BYTES;
    }

    private static void topics(Map<String, Object> all, TopicsConfig topics) {
        InternalTopics.SETTINGS.forEach(
                (key, value) -> all.put(StreamsConfig.topicPrefix(key), value));
        all.put(
                StreamsConfig.topicPrefix(TopicConfig.MAX_MESSAGE_BYTES_CONFIG),
                Integer.toString(maxEntryBytes(topics)));
        all.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, topics.replicationFactor());
        if (topics.replicationFactor() >= REPLICAS_FOR_TWO_IN_SYNC) {
            all.put(StreamsConfig.topicPrefix(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG), "2");
        }
    }
}
