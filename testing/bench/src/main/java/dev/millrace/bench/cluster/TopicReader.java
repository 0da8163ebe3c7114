package dev.millrace.bench.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads the committed records of topics to their ends.
 *
 * @param servers addresses of the brokers
 */
public record TopicReader(String servers) {
    private static final Duration POLL = Duration.ofMillis(200);

    /** Passes on all records of topics. */
    public void readAll(List<String> topics, Consumer<ConsumerRecord<byte[], byte[]>> onRecord) {
        try (var consumer = consumer()) {
            consumer.assign(
                    topics.stream()
                            .flatMap(it -> consumer.partitionsFor(it).stream())
                            .map(it -> new TopicPartition(it.topic(), it.partition()))
                            .toList());
            consumer.seekToBeginning(consumer.assignment());
            read(consumer, onRecord);
        }
    }

    /** Returns the keys of a compacted topic that have a value. */
    public Set<String> keys(String topic) {
        var keys = new HashSet<String>();
        readAll(
                List.of(topic),
                it -> {
                    String key = new String(it.key(), UTF_8);
                    boolean _ = it.value() == null ? keys.remove(key) : keys.add(key);
                });
        return keys;
    }

    /**
     * Counts the records that groups have not finished, by topic.
     *
     * @throws IOException when a request fails
     */
    public Map<String, Long> open(Collection<String> groups)
            throws IOException, InterruptedException {
        Map<String, Long> open = new HashMap<>();
        try (var admin = Admin.create(Map.of("bootstrap.servers", servers));
                var consumer = consumer()) {
            for (String group : groups) {
                var offsets =
                        admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
                consumer.assign(offsets.keySet());
                offsets.forEach(consumer::seek);
                read(consumer, it -> open.merge(group + " " + it.topic(), 1L, Long::sum));
            }
        } catch (ExecutionException e) {
            throw new IOException("cannot read the offsets of " + groups, e.getCause());
        }
        return open;
    }

    private org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer() {
        return new BareClients(servers, "reader").consumer("classic", Map.of());
    }

    private static void read(
            org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer,
            Consumer<ConsumerRecord<byte[], byte[]>> onRecord) {
        var ends = consumer.endOffsets(consumer.assignment());
        while (ends.entrySet().stream()
                .anyMatch(it -> consumer.position(it.getKey()) < it.getValue())) {
            consumer.poll(POLL).forEach(onRecord);
        }
    }
}
