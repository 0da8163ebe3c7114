package dev.millrace.standalone.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;

/**
 * Counts the committed records in ranges of offsets. The marker of a transaction and an aborted
 * record have offsets, too, so offsets alone do not tell the number of records. Reads the shortest
 * ranges, if it may, and counts the offsets of the others.
 *
 * @param nanoTicker ticker for the timeout
 */
public record RecordCounter(PipelineClient client, LongSupplier nanoTicker) {
    /** Most offsets that are read for one count. */
    public static final int MAX_READ = 1_000;

    /** Bounds a count of large records: what is not read by then is counted by offsets. */
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    private static final Duration POLL_WAIT = Duration.ofMillis(100);

    private static final Map<String, Object> SMALL_FETCHES =
            Map.of(
                    ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 256 << 10,
                    ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 4 << 20);

    /**
     * A range of offsets.
     *
     * @param start the first offset
     * @param end the offset after the last one, at least the start
     */
    public record Range(long start, long end) {
        private long offsets() {
            return end - start;
        }
    }

    /** Returns the number of records in each range. */
    public Map<TopicPartition, RecordCount> count(Map<TopicPartition, Range> ranges) {
        var counts = new HashMap<TopicPartition, RecordCount>();
        ranges.forEach((it, range) -> counts.put(it, RecordCount.ofOffsets(range.offsets())));
        Map<TopicPartition, Range> shortest = shortest(ranges);
        if (!shortest.isEmpty()) {
            KafkaConsumer<byte[], byte[]> consumer = client.consumer("earliest", SMALL_FETCHES);
            try {
                counts.putAll(read(shortest, consumer));
            } catch (AuthorizationException _) {
                // Without the right to read the topics, offsets are all that is known.
                return counts;
            } finally {
                consumer.close(CloseOptions.timeout(Duration.ZERO));
            }
        }
        return counts;
    }

    private static Map<TopicPartition, Range> shortest(Map<TopicPartition, Range> ranges) {
        List<Entry<TopicPartition, Range>> byLength = new ArrayList<>(ranges.entrySet());
        byLength.removeIf(it -> it.getValue().offsets() == 0);
        byLength.sort(Comparator.comparingLong(it -> it.getValue().offsets()));
        var shortest = new HashMap<TopicPartition, Range>();
        long offsets = 0;
        for (var each : byLength) {
            offsets += each.getValue().offsets();
            if (offsets > MAX_READ) {
                break;
            }
            shortest.put(each.getKey(), each.getValue());
        }
        return shortest;
    }

    /** Returns the number of records in the ranges that could be read to their ends. */
    private Map<TopicPartition, RecordCount> read(
            Map<TopicPartition, Range> ranges, KafkaConsumer<byte[], byte[]> consumer) {
        consumer.assign(ranges.keySet());
        ranges.forEach((it, range) -> consumer.seek(it, range.start()));
        long start = nanoTicker.getAsLong();
        var counts = new HashMap<TopicPartition, RecordCount>();
        Set<TopicPartition> open = new HashSet<>(ranges.keySet());
        while (!open.isEmpty() && nanoTicker.getAsLong() - start < TIMEOUT.toNanos()) {
            for (var record : consumer.poll(POLL_WAIT)) {
                var partition = new TopicPartition(record.topic(), record.partition());
                if (record.offset() < end(ranges, partition)) {
                    counts.merge(partition, new RecordCount(1, false), RecordCount::plus);
                }
            }
            open.removeIf(it -> consumer.position(it) >= end(ranges, it));
        }
        ranges.keySet().forEach(it -> counts.putIfAbsent(it, RecordCount.NONE));
        counts.keySet().removeAll(open);
        return counts;
    }

    private static long end(Map<TopicPartition, Range> ranges, TopicPartition partition) {
        return Objects.requireNonNull(ranges.get(partition)).end();
    }
}
