package dev.millrace.contracts.output;

import dev.millrace.contracts.kafka.KafkaClient;
import dev.millrace.contracts.memory.BoundedConsumer;
import dev.millrace.contracts.memory.HeapShare;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/** Creates consumers of the pipeline's outputs that see committed records only. */
public final class CommittedConsumer {
    /** Maximum number of records per poll. */
    private static final int MAX_RECORDS = 1_000;

    /** Minimum number of partitions per fetch, if all have many records. */
    private static final int PARTITIONS_IN_FETCH = 4;

    private static final String CLASSIC = "classic";

    /** Properties that the broker sets in the new group protocol; the client rejects them there. */
    private static final List<String> NOT_OF_THE_PROTOCOL =
            List.of(
                    ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
                    ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
                    ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG);

    private CommittedConsumer() {}

    /**
     * Creates a consumer that reads only committed records, and never commits or resets an offset
     * by itself.
     *
     * @param clientProperties properties for reaching the cluster, optionally with fetch sizes
     * @param clientId name of the client in the logs and metrics of the broker, unless the
     *     properties set one
     * @param heap determines the fetch sizes if the properties do not; at most two fetches are in
     *     memory, but a larger record is fetched alone
     * @param group id of the consumer group that distributes the partitions, if any
     */
    public static KafkaConsumer<byte[], byte[]> open(
            Map<String, ?> clientProperties,
            String clientId,
            HeapShare heap,
            Optional<String> group) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(ConsumerConfig.CLIENT_ID_CONFIG, clientId);
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MAX_RECORDS);
        properties.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, heap.fetchBytes());
        properties.put(
                ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                heap.fetchBytes() / PARTITIONS_IN_FETCH);
        properties.putAll(KafkaClient.CONSUMER.properties(clientProperties));
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        group.ifPresentOrElse(it -> join(it, properties), () -> leaveOut(properties));
        return new BoundedConsumer(properties, heap.fetchBytes());
    }

    /** Removes the configured group protocol, since this consumer has no group. */
    private static void leaveOut(Map<String, Object> properties) {
        properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
        properties.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, CLASSIC);
    }

    private static void join(String group, Map<String, Object> properties) {
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        if (CLASSIC.equals(properties.get(ConsumerConfig.GROUP_PROTOCOL_CONFIG))) {
            properties.put(
                    ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                    CooperativeStickyAssignor.class.getName());
        } else {
            NOT_OF_THE_PROTOCOL.forEach(properties::remove);
            properties.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "consumer");
            // Gives each member a share of each topic, so that all members have similar load.
            properties.put(ConsumerConfig.GROUP_REMOTE_ASSIGNOR_CONFIG, "range");
        }
    }
}
