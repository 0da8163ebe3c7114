package dev.millrace.gateway.publish;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toSet;

import dev.millrace.contracts.header.SubmissionHeaders;
import dev.millrace.gateway.submission.Submission;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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

    /** Wait of a poll while batches are postponed or scanned, so that they continue in time. */
    private static final Duration POSTPONED_POLL_WAIT = Duration.ofMillis(100);

    private final Consumer<byte[], byte[]> consumer;
    private final OwnedPartitions owned;
    private final WaitingBatches waiting;
    private final PostponedPartitions paused = new PostponedPartitions();

    /**
     * @param consumer a member of the group; closed with the reader
     * @param topics finds the ends of partitions
     * @param maxHeld see {@link WaitingBatches}
     * @param onReleased called during a poll for each partition that moves to another member
     */
    SubmissionReader(
            String topic,
            Consumer<byte[], byte[]> consumer,
            TopicQueries topics,
            int maxHeld,
            OwnedPartitions.Released onReleased) {
        this.consumer = consumer;
        waiting = new WaitingBatches(maxHeld);
        owned =
                new OwnedPartitions(
                        consumer,
                        topics,
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
        boolean isPostponed =
                !pausing.isEmpty() || owned.isScanning() || waiting.all().findAny().isPresent();
        Duration wait =
                isPublishing || waiting.hasDue(now)
                        ? Duration.ZERO
                        : isPostponed ? POSTPONED_POLL_WAIT : POLL_WAIT;
        consumer.poll(wait).forEach(this::onRecord);
        owned.onPoll(waiting.full(), now);
        return consumer.groupMetadata();
    }

    /**
     * Begins a round of turns if the last round is over. Returns the batches of each partition that
     * must be moved back, so that the batches behind them are read.
     */
    List<List<OwnedBatch>> startRound(Instant now) {
        return waiting
                .startRound(
                        now,
                        partition ->
                                owned.mayHaveOthers(
                                        partition, tenant -> waiting.waits(partition, tenant)))
                .stream()
                .map(it -> it.stream().map(this::withProgress).toList())
                .toList();
    }

    /** Takes in that batches of one partition were moved back to some offsets. */
    void onMoved(List<OwnedBatch> batches, List<Long> offsets) {
        Set<String> tenants = batches.stream().map(it -> it.submission().tenant()).collect(toSet());
        owned.moved(batches.getFirst().partition()).onMoved(offsets, tenants);
    }

    /**
     * Returns a batch of the tenant whose turn it is, with its proven progress; empty if no batch
     * is due.
     */
    Optional<OwnedBatch> next(Instant now) {
        return waiting.take(now).map(this::withProgress);
    }

    /** A batch can be read twice, so its progress counts when the batch is used. */
    private OwnedBatch withProgress(OwnedBatch batch) {
        return batch.with(owned.progress(batch.partition()).of(batch.submission().id()));
    }

    /** Takes in that lines of a batch were published. */
    void onPublished(OwnedBatch batch) {
        owned.progress(batch.partition()).onProgress(batch.progress());
    }

    /** Takes in that a batch has ended, so that no other record of it begins. */
    void onEnded(OwnedBatch batch) {
        String id = batch.submission().id();
        owned.progress(batch.partition()).onEnded(id);
        waiting.remove(batch.partition(), id);
    }

    /**
     * Removes and returns the batches that precede a batch in its partition. They must be moved
     * behind the batch before its offset can be committed.
     */
    List<OwnedBatch> takeBefore(OwnedBatch batch) {
        owned.progress(batch.partition()).forgetEndsBefore(batch.offset());
        return waiting.takeBefore(batch.partition(), batch.offset()).stream()
                .map(this::withProgress)
                .toList();
    }

    private void onRecord(ConsumerRecord<byte[], byte[]> record) {
        var partition = new TopicPartition(record.topic(), record.partition());
        PartitionProgress progress = owned.progress(partition);
        progress.onRecord(record);
        if (owned.isScanned(partition)
                && record.value() != null
                && !Progress.isKey(new String(record.key(), UTF_8))) {
            read(partition, record)
                    .filter(it -> !progress.hasEnded(it.submission().id()))
                    .ifPresent(waiting::add);
        }
    }

    private static Optional<OwnedBatch> read(
            TopicPartition partition, ConsumerRecord<byte[], byte[]> record) {
        try {
            Submission submission = Submission.read(record.value());
            Optional<Postponement> postponement = Postponement.read(record.headers());
            return Optional.of(
                    new OwnedBatch(
                            partition,
                            record.offset(),
                            submission,
                            appendedAt(record),
                            Progress.none(submission.id()),
                            postponement.map(Postponement::until).orElse(Instant.EPOCH),
                            postponement.map(Postponement::tries).orElse(0)));
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

    /** Reads a batch again after a time. Its partition waits until then. */
    void pause(OwnedBatch batch, Instant end) {
        waiting.forget(batch.partition());
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
