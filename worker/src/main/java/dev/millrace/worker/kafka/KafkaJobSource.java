package dev.millrace.worker.kafka;

import dev.millrace.worker.port.JobSource;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

/**
 * The consumer of the job topics, in the group of all workers. It never chooses a position by
 * itself.
 */
public final class KafkaJobSource implements JobSource {
    /** While an open transaction of a predecessor hides the offsets, the loop goes on. */
    private static final Duration COMMITTED_WAIT = Duration.ofMillis(500);

    private static final Duration CLOSE_WAIT = Duration.ofSeconds(10);

    /** Where a partition stands until the loop knows better; it is paused there. */
    private static final long PLACEHOLDER = 0;

    private final Consumer<byte[], byte[]> consumer;
    private final Set<TopicPartition> outOfRange = new HashSet<>();
    private @Nullable Listener listener;

    public KafkaJobSource(ClientSettings settings) {
        this(new KafkaConsumer<>(settings.consumer()));
    }

    KafkaJobSource(Consumer<byte[], byte[]> consumer) {
        this.consumer = consumer;
    }

    @Override
    public void subscribe(Collection<String> topics, Listener newListener) {
        listener = newListener;
        consumer.subscribe(topics, new Rebalances(newListener));
    }

    /**
     * An exception never costs a record: the client throws only while it has none to return, and
     * its positions stay. What is not caught here (a denied topic, a corrupt batch) comes again
     * with each poll until it is mended, so the loop may well fail by it.
     */
    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration wait) {
        try {
            return consumer.poll(wait);
        } catch (WakeupException e) {
            return ConsumerRecords.empty();
        } catch (OffsetOutOfRangeException e) {
            e.offsetOutOfRangePartitions().forEach(this::onOutOfRange);
            return ConsumerRecords.empty();
        } catch (NoOffsetForPartitionException e) {
            // Looked up between the assignment and our seek: by now it has a position.
            return ConsumerRecords.empty();
        }
    }

    private void onOutOfRange(TopicPartition partition, long position) {
        if (!consumer.assignment().contains(partition)) {
            return;
        }
        consumer.pause(Set.of(partition));
        // After a truncation the client would throw at every poll, whatever is paused; a new
        // position has nothing to be checked.
        consumer.seek(partition, position);
        // An answer that was under way meanwhile says the same once more.
        if (outOfRange.add(partition) && listener != null) {
            listener.onOutOfRange(partition, position);
        }
    }

    @Override
    public Optional<Map<TopicPartition, OffsetAndMetadata>> committed(
            Set<TopicPartition> partitions) {
        try {
            var committed = new HashMap<TopicPartition, OffsetAndMetadata>();
            consumer.committed(partitions, COMMITTED_WAIT)
                    .forEach(
                            (partition, offset) -> {
                                if (Objects.nonNull(offset)) {
                                    committed.put(partition, offset);
                                }
                            });
            return Optional.of(committed);
        } catch (TimeoutException | WakeupException e) {
            return Optional.empty();
        }
    }

    @Override
    public void seek(TopicPartition partition, long offset) {
        outOfRange.remove(partition);
        consumer.seek(partition, offset);
    }

    @Override
    public void pause(Collection<TopicPartition> partitions) {
        consumer.pause(partitions);
    }

    @Override
    public void resume(Collection<TopicPartition> partitions) {
        consumer.resume(partitions);
    }

    @Override
    public ConsumerGroupMetadata groupMetadata() {
        return consumer.groupMetadata();
    }

    @Override
    public void wakeup() {
        consumer.wakeup();
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(CLOSE_WAIT));
    }

    /** Called by the client while it polls or closes. */
    private final class Rebalances implements ConsumerRebalanceListener {
        private final Listener loop;

        Rebalances(Listener loop) {
            this.loop = loop;
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            consumer.pause(partitions);
            // Without a position the client looks for one, also of what is paused, and throws
            // where nothing is committed.
            for (TopicPartition partition : partitions) {
                seek(partition, PLACEHOLDER);
            }
            loop.onAssigned(partitions);
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            loop.onRevoked(partitions);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            loop.onLost(partitions);
        }
    }
}
