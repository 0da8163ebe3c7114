package dev.millrace.bench.contender;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * What one writes when the plain loop is too slow: a virtual thread for each record, so many at
 * once. Every second the offset of each partition's lowest unfinished record is committed, so that
 * each job has a result at least once.
 */
final class ThreadPerRecord implements Runnable {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration COMMIT_INTERVAL = Duration.ofSeconds(1);

    private final Task task;
    private final Caller caller;
    private final Semaphore room;
    private final LongSupplier ticker = System::nanoTime;
    private final Map<TopicPartition, OpenOffsets> open = new HashMap<>();

    ThreadPerRecord(Task task) {
        this.task = task;
        this.caller = Caller.of(task.work(), task.concurrency());
        this.room = new Semaphore(task.concurrency());
    }

    @Override
    public void run() {
        var clients = new Clients(task);
        try (var consumer = clients.consumer("consumer");
                var producer = clients.idempotentProducer()) {
            consumer.subscribe(clients.jobs());
            long committed = ticker.getAsLong();
            while (true) {
                for (var job : consumer.poll(POLL)) {
                    start(job, producer);
                }
                long now = ticker.getAsLong();
                if (now - committed >= COMMIT_INTERVAL.toNanos()) {
                    commit(consumer);
                    committed = now;
                }
            }
        }
    }

    private void start(ConsumerRecord<byte[], byte[]> job, Producer<byte[], byte[]> producer) {
        room.acquireUninterruptibly();
        var partition = new TopicPartition(job.topic(), job.partition());
        OpenOffsets offsets = open.computeIfAbsent(partition, _ -> new OpenOffsets());
        offsets.onTaken(job.offset());
        Thread.ofVirtual().start(() -> work(job, producer, offsets));
    }

    private void work(
            ConsumerRecord<byte[], byte[]> job,
            Producer<byte[], byte[]> producer,
            OpenOffsets offsets) {
        var result = new ProducerRecord<>(task.results(), job.key(), caller.answer(job.value()));
        Future<RecordMetadata> _ =
                producer.send(
                        result,
                        (_, failure) -> {
                            if (failure != null) {
                                throw new IllegalStateException("a result is lost", failure);
                            }
                            offsets.onFinished(job.offset());
                            room.release();
                        });
    }

    private void commit(Consumer<byte[], byte[]> consumer) {
        var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
        open.forEach((id, it) -> offsets.put(id, new OffsetAndMetadata(it.lowestUnfinished())));
        consumer.commitAsync(offsets, null);
    }
}
