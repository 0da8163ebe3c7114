package dev.millrace.bench.cluster;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Reads committed records of topics from the beginning. Used by one thread. */
public final class CommittedReader implements AutoCloseable {
    private static final int MAX_POLL_RECORDS = 10_000;

    private final Consumer<byte[], byte[]> consumer;
    private final ToLongFunction<ConsumerRecord<byte[], byte[]>> number;

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
        consumer =
                new BareClients(pipeline.bootstrap(), "reader")
                        .consumer(
                                "classic",
                                Map.of(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MAX_POLL_RECORDS));
        consumer.assign(
                topics.stream()
                        .flatMap(
                                topic ->
                                        IntStream.range(0, pipeline.partitions())
                                                .mapToObj(it -> new TopicPartition(topic, it)))
                        .toList());
    }

    /** Polls once and passes on the number of each record. */
    public void read(Duration wait, LongConsumer onJob) {
        for (var output : consumer.poll(wait)) {
            onJob.accept(number.applyAsLong(output));
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
