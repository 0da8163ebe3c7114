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

    /** Age of an answer after which the end of a full partition is asked again. */
    private static final Duration ANSWER_AGE = Duration.ofSeconds(1);

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

        /** The question for its end; null if none runs. */
        private @Nullable Future<Long> question;

        /** The last answer. */
        private OptionalLong end = OptionalLong.empty();

        private Instant nextQuestion = Instant.EPOCH;

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

    /**
     * Reads the partitions again whose scan has reached the end, and keeps the known ends of full
     * partitions up to date.
     */
    void onPoll(Set<TopicPartition> full, Instant now) {
        partitions.forEach(
                (partition, owned) -> {
                    if (owned.question != null) {
                        takeAnswer(partition, owned, owned.question, now);
                    }
                    if (!owned.isScanned) {
                        endScan(partition, owned, now);
                    }
                    boolean isNeeded =
                            owned.isScanned ? full.contains(partition) : owned.end.isEmpty();
                    if (isNeeded && owned.question == null && !owned.nextQuestion.isAfter(now)) {
                        owned.question = topics.end(partition);
                    }
                });
    }

    private static void takeAnswer(
            TopicPartition partition, Owned owned, Future<Long> question, Instant now) {
        switch (question.state()) {
            case RUNNING -> {
                return;
            }
            case SUCCESS -> {
                owned.end = OptionalLong.of(question.resultNow());
                owned.nextQuestion = now.plus(ANSWER_AGE);
            }
            case FAILED -> {
                Throwable failure = question.exceptionNow();
                if (!(failure instanceof RetriableException)) {
                    throw new KafkaException("the end of " + partition + " is unknown", failure);
                }
            }
            case CANCELLED -> throw new IllegalStateException("nobody cancels");
        }
        owned.question = null;
    }

    private void endScan(TopicPartition partition, Owned owned, Instant now) {
        OptionalLong position = position(partition);
        if (owned.end.isPresent() && position.orElse(-1) >= owned.end.getAsLong()) {
            owned.isScanned = true;
            // It may be old by now.
            owned.end = OptionalLong.empty();
            owned.nextQuestion = Instant.EPOCH;
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
        Owned owned = owned(partition);
        OptionalLong position = position(partition);
        return owned.end.isPresent()
                && position.isPresent()
                && owned.moved.mayHaveOthers(position.getAsLong(), owned.end.getAsLong(), waits);
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
            owned.question = topics.end(partition);
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
