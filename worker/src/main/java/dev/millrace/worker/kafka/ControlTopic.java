package dev.millrace.worker.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/** Reads the committed records of the whole control topic. */
final class ControlTopic {
    private static final Duration POLL_WAIT = Duration.ofMillis(100);

    /** 30 s of empty polls: longer than an open transaction of Millrace can hide later records. */
    private static final int MAX_EMPTY_POLLS = 300;

    private final ClientSettings settings;
    private final TopicPartition partition;

    ControlTopic(ClientSettings settings, String topic) {
        this.settings = settings;
        this.partition = new TopicPartition(topic, 0);
    }

    String topic() {
        return partition.topic();
    }

    /** Returns the only partition of the topic. */
    TopicPartition partition() {
        return partition;
    }

    /**
     * Returns the last value of each of the given keys that has one.
     *
     * @param end offset after the last record, committed or not. An open transaction may hide
     *     committed records after it, so the reader waits until the transaction ends.
     * @throws TimeoutException if the end cannot be reached
     */
    Map<String, byte[]> read(Set<String> keys, long beginning, long end) {
        var values = new HashMap<String, byte[]>();
        if (beginning >= end) {
            return values;
        }
        var consumer = new KafkaConsumer<byte[], byte[]>(settings.controlConsumer());
        try {
            consumer.assign(List.of(partition));
            consumer.seek(partition, beginning);
            int emptyPolls = 0;
            while (consumer.position(partition) < end) {
                var records = consumer.poll(POLL_WAIT);
                records.forEach(record -> take(record, keys, values));
                emptyPolls = records.isEmpty() ? emptyPolls + 1 : 0;
                if (emptyPolls > MAX_EMPTY_POLLS) {
                    throw new TimeoutException(partition + " cannot be read up to " + end);
                }
            }
            return values;
        } finally {
            consumer.close(CloseOptions.timeout(Duration.ZERO));
        }
    }

    private static void take(
            ConsumerRecord<byte[], byte[]> record, Set<String> keys, Map<String, byte[]> values) {
        if (record.key() == null) {
            return;
        }
        String key = new String(record.key(), UTF_8);
        if (record.value() == null) {
            values.remove(key);
        } else if (keys.contains(key)) {
            values.put(key, record.value());
        }
    }
}
