package dev.millrace.bench.cluster;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads committed records of topics from the beginning. Used by one thread. */
public final class CommittedReader implements AutoCloseable {
    private static final int MAX_POLL_RECORDS = 10_000;

    private final Consumer<byte[], byte[]> consumer;
    private final ToLongFunction<ConsumerRecord<byte[], byte[]>> number;

    /** Creates a reader of the results in one topic. */
    public CommittedReader(BenchPipeline pipeline, String results) {
        this(pipeline, List.of(results), result -> NumberedJob.number(result.key()));
    }

    /**
     * Creates a reader of the given topics.
     *
     * @param number returns the number of a record; -1 for an unknown record
     */
    public CommittedReader(
            BenchPipeline pipeline,
            List<String> topics,
            ToLongFunction<ConsumerRecord<byte[], byte[]>> number) {
        this.number = number;
        Map<String, Object> properties = new HashMap<>();
        properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, pipeline.bootstrap());
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MAX_POLL_RECORDS);
        consumer =
                new KafkaConsumer<>(
                        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        consumer.assign(
                topics.stream()
                        .flatMap(
                                topic ->
                                        IntStream.range(0, pipeline.partitions())
                                                .mapToObj(it -> new TopicPartition(topic, it)))
                        .toList());
    }

    /** Skips all records that exist now. */
    public void skipToEnd() {
        consumer.seekToEnd(consumer.assignment());
        // Seeks, which would otherwise happen at the next poll.
        consumer.assignment().forEach(consumer::position);
    }

    /** Polls once and passes on the number of each record. */
    public void read(Duration wait, LongConsumer onJob) {
        readValues(wait, (job, _) -> onJob.accept(job));
    }

    /** Polls once and passes on the number and the value of each record. */
    public void readValues(Duration wait, OnRecord onRecord) {
        readRecords(wait, result -> onRecord.accept(number.applyAsLong(result), result.value()));
    }

    /** Polls once and passes on each record. */
    public void readRecords(Duration wait, OnConsumed onRecord) {
        for (var consumed : consumer.poll(wait)) {
            onRecord.accept(consumed);
        }
    }

    /** Receives a record with its key and headers. */
    public interface OnConsumed {
        /** Receives a record. */
        void accept(ConsumerRecord<byte[], byte[]> consumed);
    }

    /** Receives a record. */
    public interface OnRecord {
        /**
         * Receives a record.
         *
         * @param number the job's number; -1 for an unknown record
         */
        void accept(long number, byte[] value);
    }

    @Override
    public void close() {
        consumer.close();
    }
}
