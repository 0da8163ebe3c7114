package dev.millrace.standalone.lateness;

import dev.millrace.standalone.client.PipelineClient;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** Reads single records of job topics with a consumer that it opens for each reading. */
public final class KafkaJobTimes implements JobTimesSource {
    private static final Duration POLL_WAIT = Duration.ofMillis(100);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    /** Limits fetches, because a fetch returns whole batches while one record is needed. */
    private static final Map<String, Object> SMALL_FETCHES =
            Map.of(
                    ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 64 << 10,
                    ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 1 << 20,
                    ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 100);

    private final PipelineClient client;
    private final LongSupplier nanoTicker;

    /**
     * Creates a reader.
     *
     * @param nanoTicker ticker for the timeout
     */
    public KafkaJobTimes(PipelineClient client, LongSupplier nanoTicker) {
        this.client = client;
        this.nanoTicker = nanoTicker;
    }

    @Override
    public Map<TopicPartition, SortedMap<Long, HeaderTimes>> read(
            Map<TopicPartition, SortedSet<Long>> offsets) {
        var consumer = client.consumer("earliest", SMALL_FETCHES);
        try {
            return new Search(consumer, offsets).run(nanoTicker);
        } finally {
            consumer.close(CloseOptions.timeout(Duration.ZERO));
        }
    }

    /** One reading: each partition is searched for one offset after the other. */
    private static final class Search {
        private final KafkaConsumer<byte[], byte[]> consumer;
        private final Map<TopicPartition, TreeSet<Long>> missing = new HashMap<>();
        private final Map<TopicPartition, SortedMap<Long, HeaderTimes>> found = new HashMap<>();

        Search(
                KafkaConsumer<byte[], byte[]> consumer,
                Map<TopicPartition, SortedSet<Long>> offsets) {
            this.consumer = consumer;
            offsets.forEach((partition, it) -> missing.put(partition, new TreeSet<>(it)));
        }

        Map<TopicPartition, SortedMap<Long, HeaderTimes>> run(LongSupplier nanoTicker) {
            long start = nanoTicker.getAsLong();
            consumer.assign(missing.keySet());
            Map<TopicPartition, Long> ends = consumer.endOffsets(missing.keySet());
            List.copyOf(missing.keySet()).forEach(this::seekNext);
            while (!missing.isEmpty() && nanoTicker.getAsLong() - start < TIMEOUT.toNanos()) {
                ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL_WAIT);
                for (TopicPartition partition : records.partitions()) {
                    records.records(partition).forEach(it -> onRecord(partition, it));
                    seekNext(partition);
                }
                ends.forEach(this::endSearchAt);
            }
            return found;
        }

        private void onRecord(TopicPartition partition, ConsumerRecord<byte[], byte[]> record) {
            TreeSet<Long> offsets = missing.get(partition);
            while (offsets != null && !offsets.isEmpty() && offsets.getFirst() <= record.offset()) {
                found.computeIfAbsent(partition, _ -> new TreeMap<>())
                        .put(offsets.removeFirst(), HeaderTimes.of(record.headers()));
            }
        }

        private void seekNext(TopicPartition partition) {
            TreeSet<Long> offsets = missing.get(partition);
            if (offsets == null || offsets.isEmpty()) {
                missing.remove(partition);
                consumer.pause(List.of(partition));
            } else {
                consumer.seek(partition, offsets.getFirst());
            }
        }

        /** Ends the search in a partition that has no more jobs. */
        private void endSearchAt(TopicPartition partition, long end) {
            if (missing.containsKey(partition) && consumer.position(partition) >= end) {
                missing.remove(partition);
                consumer.pause(List.of(partition));
            }
        }
    }
}
