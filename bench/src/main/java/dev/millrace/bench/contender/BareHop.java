package dev.millrace.bench.contender;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Copies each record, and commits copies and offsets in one transaction. The first records after an
 * idle period are committed at once; further commits are at least {@link #COMMIT_INTERVAL} apart.
 * One thread.
 */
final class BareHop implements Runnable {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration COMMIT_INTERVAL = Duration.ofMillis(10);

    private final ContenderTask task;
    private final LongSupplier ticker = System::nanoTime;

    BareHop(ContenderTask task) {
        this.task = task;
    }

    @Override
    public void run() {
        var clients = new KafkaClients(task);
        var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
        try (var consumer = clients.consumer("consumer");
                var producer = clients.transactionalProducer()) {
            consumer.subscribe(clients.jobTopics());
            producer.initTransactions();
            long due = ticker.getAsLong();
            while (true) {
                var records = consumer.poll(offsets.isEmpty() ? POLL : until(due));
                if (offsets.isEmpty() && !records.isEmpty()) {
                    producer.beginTransaction();
                }
                for (var job : records) {
                    Future<RecordMetadata> _ =
                            producer.send(
                                    new ProducerRecord<>(task.results(), job.key(), job.value()));
                    onTaken(job, offsets);
                }
                if (!offsets.isEmpty() && ticker.getAsLong() - due >= 0) {
                    producer.sendOffsetsToTransaction(offsets, consumer.groupMetadata());
                    producer.commitTransaction();
                    offsets.clear();
                    due = ticker.getAsLong() + COMMIT_INTERVAL.toNanos();
                }
            }
        }
    }

    private static void onTaken(
            ConsumerRecord<byte[], byte[]> job, Map<TopicPartition, OffsetAndMetadata> offsets) {
        offsets.put(
                new TopicPartition(job.topic(), job.partition()),
                new OffsetAndMetadata(job.offset() + 1));
    }

    private Duration until(long due) {
        return Duration.ofNanos(Math.max(0, due - ticker.getAsLong()));
    }
}
