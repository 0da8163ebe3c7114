package dev.millrace.bench.contender;

import dev.millrace.bench.provider.Caller;
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
 * Processes each record on a virtual thread, with bounded concurrency. Commits the lowest
 * unfinished offset of each partition every second, so that each job has at least one result.
 */
final class ThreadPerRecord implements Runnable {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration COMMIT_INTERVAL = Duration.ofSeconds(1);

    private final ContenderTask task;
    private final Caller caller;
    private final Semaphore permits;
    private final LongSupplier ticker = System::nanoTime;
    private final Map<TopicPartition, UnfinishedOffsets> unfinished = new HashMap<>();

    ThreadPerRecord(ContenderTask task) {
        this.task = task;
        this.caller = task.work().caller(task.concurrency());
        this.permits = new Semaphore(task.concurrency());
    }

    @Override
    public void run() {
        try (var consumer = task.clients().consumer(task.jobTopics());
                var producer = task.clients().idempotentProducer()) {
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
        permits.acquireUninterruptibly();
        var partition = new TopicPartition(job.topic(), job.partition());
        UnfinishedOffsets offsets =
                unfinished.computeIfAbsent(partition, _ -> new UnfinishedOffsets());
        offsets.onTaken(job.offset());
        Thread.ofVirtual().start(() -> work(job, producer, offsets));
    }

    private void work(
            ConsumerRecord<byte[], byte[]> job,
            Producer<byte[], byte[]> producer,
            UnfinishedOffsets offsets) {
        var result = new ProducerRecord<>(task.results(), job.key(), caller.answer(job.value()));
        Future<RecordMetadata> _ =
                producer.send(
                        result,
                        (_, failure) -> {
                            if (failure != null) {
                                throw new IllegalStateException(
                                        "a result could not be written", failure);
                            }
                            offsets.onFinished(job.offset());
                            permits.release();
                        });
    }

    private void commit(Consumer<byte[], byte[]> consumer) {
        var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
        unfinished.forEach(
                (id, it) -> offsets.put(id, new OffsetAndMetadata(it.lowestUnfinished())));
        consumer.commitAsync(offsets, null);
    }
}
