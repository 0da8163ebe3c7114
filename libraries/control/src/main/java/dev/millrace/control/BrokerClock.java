package dev.millrace.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.topic.Topics;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidConfigurationException;

/**
 * The brokers' clock, by which requests are dated. A command compares its time with the times of
 * requests. With the slow clock of a machine, it would miss requests that were submitted before it.
 */
public final class BrokerClock {
    /** The key of a tombstone of no kind, which readers ignore. */
    private static final byte[] KEY = "clock".getBytes(UTF_8);

    private BrokerClock() {}

    /**
     * Appends a record to the control topic, and returns the time that its broker gave it. Blocks.
     *
     * @param kafka client properties from the configuration
     * @param prefix prefix of all Millrace topic names
     * @throws InvalidConfigurationException if the topic keeps the times of clients
     * @throws KafkaException if the topic does not exist or the cluster does not respond
     */
    public static Instant read(Map<String, String> kafka, String prefix) {
        var clients = new ControlClients(kafka, prefix);
        String topic = new Topics(prefix).control();
        // A producer waits much longer for a missing topic.
        var _ = ControlReader.end(clients, new TopicPartition(topic, 0));
        try (var producer = clients.idempotentProducer()) {
            return read(topic, producer);
        }
    }

    static Instant read(String topic, Producer<byte[], byte[]> producer) {
        // Only a broker replaces the record's own time, of 1970.
        var record = new ProducerRecord<byte[], byte[]>(topic, 0, 0L, KEY, null);
        long millis = ControlPublisher.await(producer.send(record)).timestamp();
        if (millis <= 0) {
            throw new InvalidConfigurationException(
                    "The topic "
                            + topic
                            + " has the clocks of its clients (message.timestamp.type is not"
                            + " LogAppendTime), so the time of the command is uncertain. Run"
                            + " \"millrace topics apply\"; until then, \"millrace pause --batch\""
                            + " stops a batch");
        }
        return Instant.ofEpochMilli(millis);
    }
}
