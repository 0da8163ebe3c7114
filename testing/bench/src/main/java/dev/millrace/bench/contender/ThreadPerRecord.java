package dev.millrace.bench.contender;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Processes each record on a virtual thread, with bounded concurrency. Commits the lowest
 * unfinished offset of each partition every second, so that each job has at least one result.
 */
final class ThreadPerRecord implements Runnable {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration COMMIT_INTERVAL = Duration.ofSeconds(1);

    private final ContenderTask task;
    private final LongSupplier ticker = System::nanoTime;
    private final Map<TopicPartition, UnfinishedOffsets> unfinished = new HashMap<>();

    ThreadPerRecord(ContenderTask task) {
        this.task = task;
    }

    @Override
    public void run() {
        try (var consumer = task.clients().consumer(task.jobTopics());
                var answered = new AnsweredJobs(task)) {
            long committed = ticker.getAsLong();
            while (true) {
                for (var job : consumer.poll(POLL)) {
                    start(job, answered);
                }
                long now = ticker.getAsLong();
                if (now - committed >= COMMIT_INTERVAL.toNanos()) {
                    commit(consumer);
                    committed = now;
                }
            }
        }
    }

    private void start(ConsumerRecord<byte[], byte[]> job, AnsweredJobs answered) {
        var partition = new TopicPartition(job.topic(), job.partition());
        UnfinishedOffsets offsets =
                unfinished.computeIfAbsent(partition, _ -> new UnfinishedOffsets());
        offsets.onTaken(job.offset());
        answered.start(job, () -> offsets.onFinished(job.offset()));
    }

    private void commit(Consumer<byte[], byte[]> consumer) {
        var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
        unfinished.forEach(
                (id, it) -> offsets.put(id, new OffsetAndMetadata(it.lowestUnfinished())));
        consumer.commitAsync(offsets, null);
    }
}
