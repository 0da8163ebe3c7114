package dev.millrace.bench.cluster;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Turns records into others, and commits these and the offsets in one transaction: the least that
 * an exactly-once stage costs. The first records after an idle period are committed at once;
 * further commits are at least {@link #COMMIT_INTERVAL} apart. One thread, until the JVM ends.
 *
 * @param consumer has subscribed
 * @param producer is transactional
 * @param work turns the records of a poll into those to write; may block
 */
public record TransactionalHop(
        Consumer<byte[], byte[]> consumer,
        Producer<byte[], byte[]> producer,
        Function<ConsumerRecords<byte[], byte[]>, List<ProducerRecord<byte[], byte[]>>> work,
        LongSupplier ticker)
        implements Runnable {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration COMMIT_INTERVAL = Duration.ofMillis(10);

    @Override
    public void run() {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        producer.initTransactions();
        long due = ticker.getAsLong();
        while (true) {
            var records = consumer.poll(offsets.isEmpty() ? POLL : until(due));
            if (offsets.isEmpty() && !records.isEmpty()) {
                producer.beginTransaction();
            }
            if (!records.isEmpty()) {
                for (ProducerRecord<byte[], byte[]> it : work.apply(records)) {
                    Future<RecordMetadata> _ = producer.send(it);
                }
            }
            for (ConsumerRecord<byte[], byte[]> it : records) {
                offsets.put(
                        new TopicPartition(it.topic(), it.partition()),
                        new OffsetAndMetadata(it.offset() + 1));
            }
            if (!offsets.isEmpty() && ticker.getAsLong() - due >= 0) {
                producer.sendOffsetsToTransaction(offsets, consumer.groupMetadata());
                producer.commitTransaction();
                offsets.clear();
                due = ticker.getAsLong() + COMMIT_INTERVAL.toNanos();
            }
        }
    }

    private Duration until(long due) {
        return Duration.ofNanos(Math.max(0, due - ticker.getAsLong()));
    }
}
