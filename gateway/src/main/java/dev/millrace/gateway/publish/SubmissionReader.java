package dev.millrace.gateway.publish;

import dev.millrace.gateway.submission.Submission;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the submissions of the partitions that this member of the group owns. Used by one thread,
 * which must poll often enough to stay a member.
 */
final class SubmissionReader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SubmissionReader.class);
    private static final Duration POLL_WAIT = Duration.ofMillis(500);

    /** Wait of a poll while batches are postponed, so that they continue in time. */
    private static final Duration POSTPONED_POLL_WAIT = Duration.ofMillis(100);

    private final Consumer<byte[], byte[]> consumer;
    private final OwnedPartitions owned;
    private final Deque<ConsumerRecord<byte[], byte[]>> waiting = new ArrayDeque<>();
    private final PostponedPartitions paused = new PostponedPartitions();
    private final PostponedBatches postponed = new PostponedBatches();

    /**
     * @param consumer a member of the group; closed with the reader
     * @param onReleased called during a poll for each partition that is given to another member
     */
    SubmissionReader(
            String topic, Consumer<byte[], byte[]> consumer, OwnedPartitions.Released onReleased) {
        this.consumer = consumer;
        owned =
                new OwnedPartitions(
                        consumer,
                        partition -> {
                            forgetWaiting(partition);
                            paused.onReleased(partition);
                            postponed.forget(partition);
                            onReleased.release(partition);
                        });
        consumer.subscribe(List.of(topic), owned);
    }

    /**
     * Checks that the topic exists.
     *
     * @throws KafkaException if it does not
     */
    static void requireTopic(Consumer<byte[], byte[]> consumer, String topic) {
        List<?> partitions = consumer.partitionsFor(topic);
        if (partitions == null || partitions.isEmpty()) {
            throw new KafkaException(
                    "the topic " + topic + " does not exist; \"millrace topics apply\" creates it");
        }
    }

    /**
     * Polls, which keeps the membership.
     *
     * @param isPublishing true while a batch is open: no further submission is read
     * @return the membership as of this poll. With a newer one, a member could commit to a
     *     partition that it has lost meanwhile
     */
    ConsumerGroupMetadata poll(boolean isPublishing, Instant now) {
        Duration wait = Duration.ZERO;
        if (isPublishing || !waiting.isEmpty()) {
            consumer.pause(consumer.assignment());
        } else {
            Set<TopicPartition> pausing = paused.waiting(now);
            consumer.resume(consumer.paused());
            consumer.pause(pausing);
            wait = pausing.isEmpty() && postponed.count() == 0 ? POLL_WAIT : POSTPONED_POLL_WAIT;
        }
        consumer.poll(wait).forEach(waiting::add);
        return consumer.groupMetadata();
    }

    /**
     * Returns the next submission that is due, with the progress that its previous owner has
     * committed; empty if none was read.
     */
    Optional<OwnedBatch> next(Instant now) {
        Optional<OwnedBatch> due = postponed.takeDue(now);
        if (due.isPresent()) {
            return due;
        }
        for (var record = waiting.poll(); record != null; record = waiting.poll()) {
            Optional<OwnedBatch> batch = read(record);
            if (batch.isPresent() && batch.get().notBefore().isAfter(now)) {
                postponed.add(batch.get());
            } else if (batch.isPresent()) {
                return batch;
            }
        }
        return Optional.empty();
    }

    /**
     * Removes and returns the batches that are not due and precede a batch in its partition. They
     * must be moved behind the batch before its offset can be committed.
     */
    List<OwnedBatch> takeBefore(OwnedBatch batch) {
        return postponed.takeBefore(batch.partition(), batch.offset());
    }

    /**
     * Checks that a topic exists and may be written, without waiting for it.
     *
     * @throws RequestTopicException if it does not
     */
    void requireWritable(String topic) throws RequestTopicException {
        try {
            requireTopic(consumer, topic);
        } catch (TimeoutException | DisconnectException e) {
            throw e;
        } catch (KafkaException e) {
            throw new RequestTopicException(topic, e);
        }
    }

    private Optional<OwnedBatch> read(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            return Optional.empty();
        }
        try {
            Submission submission = Submission.read(record.value());
            var partition = new TopicPartition(record.topic(), record.partition());
            Optional<Postponement> postponement = Postponement.read(record.headers());
            Progress progress =
                    owned.inherited(partition, submission.id())
                            .or(() -> postponement.map(Postponement::progress))
                            .orElseGet(() -> Progress.none(submission.id()));
            return Optional.of(
                    new OwnedBatch(
                            partition,
                            record.offset(),
                            submission,
                            progress,
                            postponement.map(Postponement::until).orElse(Instant.EPOCH)));
        } catch (IllegalArgumentException e) {
            LOG.atError()
                    .addKeyValue("offset", record.offset())
                    .addKeyValue("reason", e.getMessage())
                    .log("A record of the topic of submissions cannot be read and is ignored");
            return Optional.empty();
        }
    }

    /** Returns true if the group had no offset of the batch's partition when it was assigned. */
    boolean isWithoutOffset(OwnedBatch batch) {
        return owned.isWithoutOffset(batch.partition());
    }

    /** Reads a batch again after a time, with its progress. Its partition waits until then. */
    void pause(OwnedBatch batch, Instant end) {
        forgetWaiting(batch.partition());
        postponed.forget(batch.partition());
        owned.keep(batch.partition(), batch.progress());
        consumer.seek(batch.partition(), batch.offset());
        paused.postpone(batch, end);
    }

    /** Returns the number of submissions that {@link #next} will return. */
    int waiting() {
        return waiting.size();
    }

    /** Returns the number of batches that wait until they are due. */
    int postponed() {
        return postponed.count() + paused.count();
    }

    /** Returns when the waiting and the postponed batches were accepted. */
    Stream<Instant> acceptedAt() {
        return Stream.concat(
                waiting.stream().map(it -> Instant.ofEpochMilli(it.timestamp())),
                Stream.concat(postponed.since(), paused.since()));
    }

    private void forgetWaiting(TopicPartition partition) {
        waiting.removeIf(
                it ->
                        it.topic().equals(partition.topic())
                                && it.partition() == partition.partition());
    }

    @Override
    public void close() {
        consumer.close();
    }
}
