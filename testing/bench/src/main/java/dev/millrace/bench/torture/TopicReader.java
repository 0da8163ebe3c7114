package dev.millrace.bench.torture;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.bench.cluster.BareClients;
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
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads committed records.
 *
 * @param servers addresses of the brokers, without links
 */
record TopicReader(String servers) {
    private static final Duration POLL = Duration.ofMillis(200);

    /** Passes on all records of topics. */
    void readAll(List<String> topics, Consumer<ConsumerRecord<byte[], byte[]>> onRecord) {
        try (var consumer = new BareClients(servers, "torture").consumer("classic", Map.of())) {
            List<TopicPartition> partitions =
                    topics.stream()
                            .flatMap(it -> consumer.partitionsFor(it).stream())
                            .map(it -> new TopicPartition(it.topic(), it.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            read(consumer, partitions, onRecord);
        }
    }

    /** Returns the keys of a compacted topic that have a value. */
    Set<String> keys(String topic) {
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
    Map<String, Long> open(Collection<String> groups) throws IOException, InterruptedException {
        Map<String, Long> open = new HashMap<>();
        try (var admin = Admin.create(Map.of("bootstrap.servers", servers));
                var consumer = new BareClients(servers, "torture").consumer("classic", Map.of())) {
            for (String group : groups) {
                Map<TopicPartition, OffsetAndMetadata> offsets =
                        admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
                consumer.assign(offsets.keySet());
                offsets.forEach((it, offset) -> consumer.seek(it, offset.offset()));
                read(
                        consumer,
                        offsets.keySet(),
                        it -> open.merge(group + " " + it.topic(), 1L, Long::sum));
            }
        } catch (ExecutionException e) {
            throw new IOException("cannot read the offsets of " + groups, e.getCause());
        }
        return open;
    }

    private static void read(
            org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer,
            Collection<TopicPartition> partitions,
            Consumer<ConsumerRecord<byte[], byte[]>> onRecord) {
        var ends = consumer.endOffsets(partitions);
        while (ends.entrySet().stream()
                .anyMatch(it -> consumer.position(it.getKey()) < it.getValue())) {
            consumer.poll(POLL).forEach(onRecord);
        }
    }
}
