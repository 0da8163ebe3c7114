package dev.millrace.gateway.publish;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sets the positions of assigned partitions, and scans them for the progress of their batches. A
 * partition without an offset is read from its beginning. A partition without a leader is scanned
 * once it has one, and delays no other. Used by the thread of the consumer.
 */
final class OwnedPartitions implements ConsumerRebalanceListener {
    private static final Logger LOG = LoggerFactory.getLogger(OwnedPartitions.class);

    /** Duration of a scan after which it is reported, and reported again. */
    private static final Duration LONG_SCAN = Duration.ofSeconds(60);

    private final Consumer<byte[], byte[]> consumer;
    private final TopicQueries topics;
    private final Released released;
    private final Map<TopicPartition, Owned> partitions = new HashMap<>();

    /** An assigned partition. */
    private static final class Owned {
        /** The offset at which its batches begin; null for the beginning. */
        private final @Nullable OffsetAndMetadata start;

        private final PartitionProgress progress = new PartitionProgress();
        private final MovedRecords moved = new MovedRecords();
        private boolean isScanned;

        /** When a long scan is reported; null before the first poll. */
        private @Nullable Instant report;

        /** The asked end; null if none is asked. */
        private @Nullable Future<Long> end;

        private Owned(@Nullable OffsetAndMetadata start) {
            this.start = start;
        }
    }

    /** Is called when a partition moves to another member. */
    @FunctionalInterface
    interface Released {
        void release(TopicPartition partition);
    }

    OwnedPartitions(Consumer<byte[], byte[]> consumer, TopicQueries topics, Released released) {
        this.consumer = consumer;
        this.topics = topics;
        this.released = released;
    }

    /** Returns what is known about the batches of an assigned partition. */
    PartitionProgress progress(TopicPartition partition) {
        return owned(partition).progress;
    }

    /** Returns what is known about the moved batches of an assigned partition. */
    MovedRecords moved(TopicPartition partition) {
        return owned(partition).moved;
    }

    private Owned owned(TopicPartition partition) {
        Owned owned = partitions.get(partition);
        if (owned == null) {
            throw new IllegalStateException(partition + " is not assigned");
        }
        return owned;
    }

    /** Returns true once the scan of an assigned partition has ended. */
    boolean isScanned(TopicPartition partition) {
        return owned(partition).isScanned;
    }

    /** Returns true while a partition is being scanned. */
    boolean isScanning() {
        return partitions.values().stream().anyMatch(it -> !it.isScanned);
    }

    /** Reads the partitions again whose scan has reached the end. */
    void endScans(Instant now) {
        partitions.forEach(
                (partition, owned) -> {
                    if (!owned.isScanned) {
                        endScan(partition, owned, now);
                    }
                });
    }

    private void endScan(TopicPartition partition, Owned owned, Instant now) {
        OptionalLong end = end(partition);
        OptionalLong position = position(partition);
        if (end.isPresent() && position.orElse(-1) >= end.getAsLong()) {
            owned.isScanned = true;
            owned.end = null;
            seek(partition, owned.start);
        } else if (owned.report == null) {
            owned.report = now.plus(LONG_SCAN);
        } else if (!owned.report.isAfter(now)) {
            owned.report = now.plus(LONG_SCAN);
            // It may have no leader, or a transaction that hangs.
            LOG.atWarn()
                    .addKeyValue("partition", partition)
                    .log("A partition cannot be read to its end, so its batches wait");
        }
    }

    /**
     * Returns the end of an assigned partition when it was first asked for; empty until Kafka has
     * answered.
     */
    private OptionalLong end(TopicPartition partition) {
        Owned owned = owned(partition);
        if (owned.end == null) {
            owned.end = topics.end(partition);
        }
        return switch (owned.end.state()) {
            case RUNNING -> OptionalLong.empty();
            case SUCCESS -> OptionalLong.of(owned.end.resultNow());
            case FAILED -> {
                Throwable failure = owned.end.exceptionNow();
                if (!(failure instanceof RetriableException)) {
                    throw new KafkaException("the end of " + partition + " is unknown", failure);
                }
                owned.end = null;
                yield OptionalLong.empty();
            }
            case CANCELLED -> throw new IllegalStateException("nobody cancels");
        };
    }

    /** Returns the position of an assigned partition; empty if it is not known yet. */
    private OptionalLong position(TopicPartition partition) {
        try {
            return OptionalLong.of(consumer.position(partition, Duration.ZERO));
        } catch (TimeoutException e) {
            return OptionalLong.empty();
        }
    }

    /**
     * Returns false if all unread records of an assigned partition are moved batches whose tenants
     * wait, and until Kafka has answered.
     *
     * @param waits see {@link MovedRecords#mayHaveOthers}
     */
    boolean mayHaveOthers(TopicPartition partition, Predicate<String> waits) {
        OptionalLong end = end(partition);
        OptionalLong position = position(partition);
        if (end.isEmpty() || position.isEmpty()) {
            return false;
        }
        Owned owned = owned(partition);
        owned.end = null;
        return owned.moved.mayHaveOthers(position.getAsLong(), end.getAsLong(), waits);
    }

    private void seek(TopicPartition partition, @Nullable OffsetAndMetadata start) {
        if (start == null) {
            consumer.seekToBeginning(List.of(partition));
        } else {
            consumer.seek(partition, start);
        }
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
        if (assigned.isEmpty()) {
            return;
        }
        // Waits for the open transactions of earlier owners.
        Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(Set.copyOf(assigned));
        for (TopicPartition partition : assigned) {
            var owned = new Owned(committed.get(partition));
            if (owned.start != null) {
                Progress.read(owned.start.metadata()).ifPresent(owned.progress::onProgress);
            }
            owned.end = topics.end(partition);
            partitions.put(partition, owned);
            seek(partition, owned.start);
        }
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
        for (TopicPartition partition : revoked) {
            partitions.remove(partition);
            released.release(partition);
        }
    }
}
