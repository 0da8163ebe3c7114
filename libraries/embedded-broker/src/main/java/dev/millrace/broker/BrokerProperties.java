package dev.millrace.broker;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The Kafka properties of a single node on a laptop: few threads, small logs, no waiting for other
 * nodes.
 */
final class BrokerProperties {
    static final int NODE_ID = 1;
    static final String CLIENTS = "CLIENTS";
    static final String CONTROLLER = "CONTROLLER";
    static final String HOST = "127.0.0.1";

    static final int INTERNAL_TOPIC_PARTITIONS = 4;

    private static final long MIB = 1024L * 1024;
    static final long INTERNAL_TOPIC_SEGMENT_BYTES = 16 * MIB;

    private BrokerProperties() {}

    private static String text(Object value) {
        return String.valueOf(value);
    }

    static Map<String, Object> of(EmbeddedBrokerSettings settings, BrokerSockets sockets) {
        var properties = new HashMap<String, Object>();
        node(properties, settings, sockets);
        sizes(properties, settings.maxRecordBytes());
        threads(properties);
        internalTopics(properties);
        groups(properties);
        transactions(properties);
        return properties;
    }

    private static void node(
            Map<String, Object> properties,
            EmbeddedBrokerSettings settings,
            BrokerSockets sockets) {
        properties.put("process.roles", "broker,controller");
        properties.put("node.id", text(NODE_ID));
        // A text would be split at its commas.
        properties.put("log.dirs", List.of(settings.directory().toAbsolutePath().toString()));
        properties.put(
                "listeners",
                "%s://%s:%d,%s://%s:%d"
                        .formatted(
                                CLIENTS,
                                HOST,
                                sockets.clientPort(),
                                CONTROLLER,
                                HOST,
                                sockets.controllerPort()));
        properties.put(
                "listener.security.protocol.map",
                CLIENTS + ":PLAINTEXT," + CONTROLLER + ":PLAINTEXT");
        properties.put("inter.broker.listener.name", CLIENTS);
        properties.put("controller.listener.names", CONTROLLER);
        properties.put(
                "controller.quorum.voters",
                "%d@%s:%d".formatted(NODE_ID, HOST, sockets.controllerPort()));
        // With a single voter, a metadata change is committed as soon as it is written.
        properties.put("controller.quorum.append.linger.ms", text(0));
        // Prevents keep-alive records in the metadata log of an idle pipeline.
        properties.put("metadata.max.idle.interval.ms", text(0));
        // Disables JMX beans: nothing reads them, and each costs start-up time.
        properties.put("metric.reporters", "");
        // Includes Kafka's older metrics, of which each partition has ten.
        properties.put("metrics.jmx.exclude", ".*");
        properties.put("auto.create.topics.enable", text(false));
        properties.put("controlled.shutdown.enable", text(false));
    }

    private static void sizes(Map<String, Object> properties, int maxRecordBytes) {
        properties.put("message.max.bytes", text(maxRecordBytes));
        properties.put("replica.fetch.max.bytes", text(maxRecordBytes));
        properties.put("socket.request.max.bytes", text(Math.max(100 * MIB, 2L * maxRecordBytes)));
        properties.put("log.segment.bytes", text(Math.max(128 * MIB, 2L * maxRecordBytes)));
        properties.put("log.index.size.max.bytes", text(MIB));
        properties.put("log.cleaner.dedupe.buffer.size", text(cleanerBytes()));
        properties.put("log.retention.ms", text(-1));
    }

    /**
     * Returns the size of the buffer with the keys of one pass of the log cleaner, which is part of
     * the heap. Each pass reads a whole log and removes the duplicates of one key for each 27
     * bytes; the router's changelog has a key for each job.
     */
    private static long cleanerBytes() {
        return Math.clamp(Runtime.getRuntime().maxMemory() / 128, 4 * MIB, 128 * MIB);
    }

    private static void threads(Map<String, Object> properties) {
        properties.put("num.network.threads", text(2));
        properties.put("num.io.threads", text(4));
        properties.put("background.threads", text(2));
        properties.put("log.cleaner.threads", text(1));
        properties.put("num.recovery.threads.per.data.dir", text(4));
        properties.put("group.coordinator.threads", text(1));
    }

    private static void internalTopics(Map<String, Object> properties) {
        properties.put("offsets.topic.replication.factor", text(1));
        properties.put("offsets.topic.num.partitions", text(INTERNAL_TOPIC_PARTITIONS));
        properties.put("offsets.topic.segment.bytes", text(INTERNAL_TOPIC_SEGMENT_BYTES));
        properties.put("transaction.state.log.replication.factor", text(1));
        properties.put("transaction.state.log.min.isr", text(1));
        properties.put("transaction.state.log.num.partitions", text(INTERNAL_TOPIC_PARTITIONS));
        properties.put("transaction.state.log.segment.bytes", text(INTERNAL_TOPIC_SEGMENT_BYTES));
        properties.put("share.coordinator.state.topic.replication.factor", text(1));
        properties.put("share.coordinator.state.topic.min.isr", text(1));
        properties.put("share.coordinator.state.topic.num.partitions", text(1));
    }

    private static void groups(Map<String, Object> properties) {
        properties.put("group.initial.rebalance.delay.ms", text(0));
        properties.put("group.streams.initial.rebalance.delay.ms", text(0));
        properties.put("group.min.session.timeout.ms", text(1_000));
        // A member gets its partitions with the response to its first heartbeat instead of a later
        // one.
        properties.put("group.consumer.assignment.interval.ms", text(0));
        properties.put("group.consumer.assignor.offload.enable", text(false));
        properties.put("group.streams.assignment.interval.ms", text(0));
        properties.put("group.streams.assignor.offload.enable", text(false));
        properties.put("group.consumer.min.session.timeout.ms", text(1_000));
        properties.put("group.consumer.session.timeout.ms", text(5_000));
        properties.put("group.consumer.min.heartbeat.interval.ms", text(100));
        properties.put("group.consumer.heartbeat.interval.ms", text(1_000));
        properties.put("offset.metadata.max.bytes", text(4_096));
        // The offsets of an idle group must not expire, so that a pipeline may pause for years.
        properties.put("offsets.retention.minutes", text(Integer.MAX_VALUE));
    }

    private static void transactions(Map<String, Object> properties) {
        properties.put("transaction.max.timeout.ms", text(900_000));
        // Longest time by which the open transaction of a killed process can outlive its timeout.
        properties.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", text(1_000));
        // A partition cannot join a transaction until the previous one is complete. The broker
        // waits
        // this long before it tries again; the default is 20 ms.
        properties.put("add.partitions.to.txn.retry.backoff.ms", text(2));
    }
}
