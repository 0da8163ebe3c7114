package dev.millrace.gateway.stream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.millrace.contracts.chunk.Chunk;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.kafka.AccessFailure;
import dev.millrace.contracts.service.StoppableThread;
import dev.millrace.contracts.topic.KeyPartitions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the partitions of the chunk topic in which the chunks of awaited jobs arrive. Its dedicated
 * thread starts with the first job. Skips chunks of other jobs without parsing them. When chunks
 * cannot be read, clients get their answers from the results.
 */
final class ChunkReader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ChunkReader.class);

    /**
     * Time for which a partition is still read after its last use, since it is often needed again.
     */
    private static final Duration KEPT = Duration.ofSeconds(30);

    /**
     * Time before now at which a new partition is first read. Covers different clocks of workers
     * and gateways.
     */
    private static final Duration LOOK_BACK = Duration.ofSeconds(10);

    private static final Duration POLL_WAIT = Duration.ofSeconds(1);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final String topic;
    private final KeyPartitions keys;
    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final InstantSource clock;
    private final LongSupplier nanos;
    private final Map<String, List<ChunkInbox>> inboxes = new ConcurrentHashMap<>();
    private final StoppableThread thread = StoppableThread.of("millrace-gateway-chunks", this::run);

    /** Guarded by this object: when a job last needed the partitions. */
    private final Map<Integer, Long> lastNeeded = new HashMap<>();

    /** Set by the reader's thread. */
    private volatile @Nullable Consumer<byte[], byte[]> consumer;

    /** Belongs to the reader's thread. */
    private int partitions;

    /** For each partition, the offset after the last chunk read. Belongs to the reader's thread. */
    private final Map<TopicPartition, Long> nextOffsets = new HashMap<>();

    private boolean hasFailed;

    /** The subscription of an inbox to a job's chunks, until it is closed. */
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * @param keys selects the partitions of chunks
     * @param consumers each call creates a consumer
     */
    ChunkReader(
            String topic,
            KeyPartitions keys,
            Supplier<Consumer<byte[], byte[]>> consumers,
            InstantSource clock,
            LongSupplier nanos) {
        this.topic = topic;
        this.keys = keys;
        this.consumers = consumers;
        this.clock = clock;
        this.nanos = nanos;
    }

    /** Adds the chunks of a job to an inbox from now on. */
    Subscription subscribe(JobId job, ChunkInbox inbox) {
        inboxes.compute(
                job.value(),
                (_, known) -> {
                    var all = known == null ? new CopyOnWriteArrayList<ChunkInbox>() : known;
                    all.add(inbox);
                    return all;
                });
        synchronized (this) {
            thread.start();
            notifyAll();
        }
        wakeUp();
        return () -> unsubscribe(job, inbox);
    }

    private void unsubscribe(JobId job, ChunkInbox inbox) {
        inboxes.computeIfPresent(
                job.value(),
                (_, known) -> {
                    known.remove(inbox);
                    return known.isEmpty() ? null : known;
                });
    }

    private void wakeUp() {
        var current = consumer;
        if (current != null) {
            current.wakeup();
        }
    }

    private void run() {
        try {
            while (awaitJobs()) {
                runOnce();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            LOG.atError().setCause(e).log("tokens are no longer read because of a fault");
        } finally {
            discard();
        }
    }

    /** Waits until there is something to read; false at the end. */
    private synchronized boolean awaitJobs() throws InterruptedException {
        while (thread.isOpen() && inboxes.isEmpty() && lastNeeded.isEmpty()) {
            wait();
        }
        return thread.isOpen();
    }

    private void runOnce() {
        try {
            var current = consumer;
            if (current == null) {
                current = consumers.get();
                consumer = current;
            }
            assign(current);
            if (!current.assignment().isEmpty()) {
                current.poll(POLL_WAIT).forEach(this::receive);
            }
            hasFailed = false;
        } catch (WakeupException e) {
            // A job was added, or close() was called.
        } catch (KafkaException e) {
            onFailure(e);
        }
    }

    /** Assigns the partitions that jobs need or have just needed. */
    private void assign(Consumer<byte[], byte[]> current) {
        if (partitions == 0) {
            List<?> found = current.partitionsFor(topic);
            if (found == null || found.isEmpty()) {
                throw new KafkaException(
                        "the topic "
                                + topic
                                + " does not exist; \"millrace topics apply\" creates it");
            }
            partitions = keys.count(found.size());
        }
        Set<TopicPartition> wanted = wanted();
        Set<TopicPartition> before = current.assignment();
        if (wanted.equals(before)) {
            return;
        }
        var added = new HashSet<>(wanted);
        added.removeAll(before);
        Map<TopicPartition, Long> positions = positions(current, added);
        // After a failure, the new consumer continues at the next offsets: a client must not get a
        // chunk twice.
        nextOffsets.keySet().retainAll(wanted);
        positions.putAll(nextOffsets);
        positions.keySet().retainAll(added);
        current.assign(wanted);
        positions.forEach(current::seek);
    }

    private synchronized Set<TopicPartition> wanted() {
        long now = nanos.getAsLong();
        inboxes.keySet().forEach(job -> lastNeeded.put(new JobId(job).partition(partitions), now));
        lastNeeded.values().removeIf(it -> now - it >= KEPT.toNanos());
        var wanted = new HashSet<TopicPartition>();
        lastNeeded.keySet().forEach(it -> wanted.add(new TopicPartition(topic, it)));
        return wanted;
    }

    /**
     * Returns where to begin: shortly before now, since a job's first chunk may already be there.
     */
    private Map<TopicPartition, Long> positions(
            Consumer<byte[], byte[]> current, Set<TopicPartition> added) {
        Map<TopicPartition, Long> positions = new HashMap<>(current.endOffsets(added));
        long since = clock.instant().minus(LOOK_BACK).toEpochMilli();
        var times = new HashMap<TopicPartition, Long>();
        added.forEach(it -> times.put(it, since));
        current.offsetsForTimes(times)
                .forEach(
                        (partition, found) -> {
                            if (found != null) {
                                positions.merge(partition, found.offset(), Math::min);
                            }
                        });
        return positions;
    }

    private void receive(ConsumerRecord<byte[], byte[]> message) {
        nextOffsets.put(
                new TopicPartition(message.topic(), message.partition()), message.offset() + 1);
        if (message.key() == null || message.value() == null) {
            return;
        }
        List<ChunkInbox> awaiting = inboxes.get(new String(message.key(), ISO_8859_1));
        if (awaiting != null) {
            Chunk.read(message.headers(), message.value())
                    .ifPresent(chunk -> awaiting.forEach(it -> it.add(chunk)));
        }
    }

    /** Waits and begins again with a new consumer. */
    private void onFailure(KafkaException failure) {
        if (!hasFailed) {
            LOG.atWarn()
                    .addKeyValue("topic", topic)
                    .log(
                            "tokens cannot be read, so that answers arrive as a whole: {}",
                            AccessFailure.explain(failure)
                                    .orElseGet(() -> String.valueOf(failure.getMessage())));
            hasFailed = true;
        }
        discard();
        var _ = thread.pause(RETRY);
    }

    private void discard() {
        var old = consumer;
        consumer = null;
        if (old != null) {
            old.close();
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            thread.stop();
            notifyAll();
        }
        wakeUp();
        thread.close();
    }
}
