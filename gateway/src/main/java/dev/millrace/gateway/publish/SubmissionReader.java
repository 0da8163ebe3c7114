package dev.millrace.gateway.publish;

import dev.millrace.contracts.header.SubmissionHeaders;
import dev.millrace.gateway.submission.Submission;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
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
    private final WaitingBatches waiting = new WaitingBatches(this::isWithoutOffset);
    private final PostponedPartitions paused = new PostponedPartitions();

    /**
     * @param consumer a member of the group; closed with the reader
     * @param onReleased called during a poll for each partition that moves to another member
     */
    SubmissionReader(
            String topic, Consumer<byte[], byte[]> consumer, OwnedPartitions.Released onReleased) {
        this.consumer = consumer;
        owned =
                new OwnedPartitions(
                        consumer,
                        partition -> {
                            waiting.forget(partition);
                            paused.onReleased(partition);
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
            throw missing(topic);
        }
    }

    /** Returns the failure for a topic that does not exist. */
    static KafkaException missing(String topic) {
        return new KafkaException(
                "the topic " + topic + " does not exist; \"millrace topics apply\" creates it");
    }

    /**
     * Polls, which keeps the group membership alive.
     *
     * @param isPublishing true while a batch is open: the poll does not wait
     * @return the membership as of this poll; with newer metadata, a member could commit to a
     *     partition that it has since lost
     */
    ConsumerGroupMetadata poll(boolean isPublishing, Instant now) {
        var pausing = new HashSet<>(paused.waiting(now));
        pausing.addAll(waiting.full());
        if (!pausing.equals(consumer.paused())) {
            consumer.resume(consumer.paused());
            consumer.pause(pausing);
        }
        boolean isPostponed = !pausing.isEmpty() || waiting.all().findAny().isPresent();
        Duration wait =
                isPublishing || waiting.hasDue(now)
                        ? Duration.ZERO
                        : isPostponed ? POSTPONED_POLL_WAIT : POLL_WAIT;
        consumer.poll(wait).forEach(it -> read(it).ifPresent(waiting::add));
        return consumer.groupMetadata();
    }

    /**
     * Begins a round of turns if the last round is over. Returns the batches of each partition that
     * must be moved back, so that the batches behind them are read.
     */
    List<List<OwnedBatch>> startRound(Instant now) {
        return waiting.startRound(now);
    }

    /**
     * Returns a batch of the tenant whose turn it is, with the progress committed by its previous
     * owner; empty if no batch is due.
     */
    Optional<OwnedBatch> next(Instant now) {
        return waiting.take(now);
    }

    /**
     * Removes and returns the batches that precede a batch in its partition. They must be moved
     * behind the batch before its offset can be committed.
     */
    List<OwnedBatch> takeBefore(OwnedBatch batch) {
        return waiting.takeBefore(batch.partition(), batch.offset());
    }

    private Optional<OwnedBatch> read(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            return Optional.empty();
        }
        try {
            Submission submission = Submission.read(record.value());
            var partition = new TopicPartition(record.topic(), record.partition());
            Optional<Postponement> postponement = Postponement.read(record.headers());
            // This member may have published a part of the batch and moved it back since it
            // inherited the progress.
            Progress progress =
                    Stream.concat(
                                    owned.inherited(partition, submission.id()).stream(),
                                    postponement.map(Postponement::progress).stream())
                            .max(Comparator.comparingLong(Progress::line))
                            .orElseGet(() -> Progress.none(submission.id()));
            return Optional.of(
                    new OwnedBatch(
                            partition,
                            record.offset(),
                            submission,
                            appendedAt(record),
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

    /** Returns when a broker appended the submission of a record, which was possibly moved. */
    static Instant appendedAt(ConsumerRecord<byte[], byte[]> record) {
        Instant beforeMoves = SubmissionHeaders.read(record.headers()).submittedAt();
        return beforeMoves == null ? Instant.ofEpochMilli(record.timestamp()) : beforeMoves;
    }

    /** Returns true if the partition had the batch, but no offset, when it was assigned. */
    boolean isWithoutOffset(OwnedBatch batch) {
        return owned.isWithoutOffset(batch);
    }

    /** Reads a batch again after a time, with its progress. Its partition waits until then. */
    void pause(OwnedBatch batch, Instant end) {
        waiting.forget(batch.partition());
        owned.keep(batch.partition(), batch.progress());
        consumer.seek(batch.partition(), batch.offset());
        paused.postpone(batch, end);
    }

    /** Lets all batches of a tenant wait until a time. */
    void block(String tenant, Instant end) {
        waiting.block(tenant, end);
    }

    /** Returns the number of batches that were read and not postponed. */
    int waiting() {
        return Math.toIntExact(waiting.all().filter(it -> !waiting.isPostponed(it)).count());
    }

    /** Returns the number of postponed batches. */
    int postponed() {
        return Math.toIntExact(waiting.all().filter(waiting::isPostponed).count()) + paused.count();
    }

    /** Returns when the waiting and the postponed batches were created. */
    Stream<Instant> acceptedAt() {
        return Stream.concat(waiting.all().map(it -> it.submission().createdAt()), paused.since());
    }

    @Override
    public void close() {
        consumer.close();
    }
}
