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

    /** The asked ends of the partitions that are being scanned. */
    private final Map<TopicPartition, Future<Long>> ends = new HashMap<>();

    /** When the scans of these partitions are reported. */
    private final Map<TopicPartition, Instant> reports = new HashMap<>();

    /**
     * An assigned partition.
     *
     * @param start offset at which its batches begin; null for the beginning
     */
    private record Owned(@Nullable OffsetAndMetadata start, PartitionProgress progress) {}

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
        return owned(partition).progress();
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
        return !ends.containsKey(partition);
    }

    /** Returns true while a partition is being scanned. */
    boolean isScanning() {
        return !ends.isEmpty();
    }

    /** Reads the partitions again whose scan has reached the end. */
    void endScans(Instant now) {
        for (Map.Entry<TopicPartition, Future<Long>> each : List.copyOf(ends.entrySet())) {
            TopicPartition partition = each.getKey();
            if (hasReached(partition, each.getValue())) {
                forgetScan(partition);
                seek(partition, owned(partition).start());
            } else {
                report(partition, now);
            }
        }
    }

    private void forgetScan(TopicPartition partition) {
        var _ = ends.remove(partition);
        reports.remove(partition);
    }

    /** Reports a long scan: the partition may have no leader, or a transaction that hangs. */
    private void report(TopicPartition partition, Instant now) {
        if (!reports.computeIfAbsent(partition, _ -> now.plus(LONG_SCAN)).isAfter(now)) {
            reports.put(partition, now.plus(LONG_SCAN));
            LOG.atWarn()
                    .addKeyValue("partition", partition)
                    .log("A partition cannot be read to its end, so its batches wait");
        }
    }

    private boolean hasReached(TopicPartition partition, Future<Long> end) {
        return switch (end.state()) {
            case RUNNING -> false;
            case SUCCESS -> position(partition).orElse(-1) >= end.resultNow();
            case FAILED -> {
                askAgain(partition, end.exceptionNow());
                yield false;
            }
            case CANCELLED -> throw new IllegalStateException("nobody cancels");
        };
    }

    private void askAgain(TopicPartition partition, Throwable failure) {
        if (!(failure instanceof RetriableException)) {
            throw new KafkaException(
                    "the end of " + partition + " is unknown: " + failure.getMessage(), failure);
        }
        var _ = ends.put(partition, topics.end(partition));
    }

    /** Returns the position of an assigned partition; empty if it is not known yet. */
    OptionalLong position(TopicPartition partition) {
        try {
            return OptionalLong.of(consumer.position(partition, Duration.ZERO));
        } catch (TimeoutException e) {
            return OptionalLong.empty();
        }
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
            OffsetAndMetadata start = committed.get(partition);
            var progress = new PartitionProgress();
            if (start != null) {
                Progress.read(start.metadata()).ifPresent(progress::onProgress);
            }
            partitions.put(partition, new Owned(start, progress));
            var _ = ends.put(partition, topics.end(partition));
            seek(partition, start);
        }
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
        for (TopicPartition partition : revoked) {
            partitions.remove(partition);
            forgetScan(partition);
            released.release(partition);
        }
    }
}
