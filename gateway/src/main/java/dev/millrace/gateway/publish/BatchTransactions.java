package dev.millrace.gateway.publish;

import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.gateway.submission.BatchRecords;
import dev.millrace.producer.BatchLine;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * Publishes lines in transactions, each with the progress of the batch and the offset of the
 * submission. A member that has lost the partition cannot commit: the group refuses its offset.
 * Used by one thread.
 */
final class BatchTransactions implements AutoCloseable {
    /**
     * Most lines of a transaction: it must end within its timeout, and the member polls only
     * between transactions.
     */
    static final int MAX_LINES = 2_000;

    private static final long MAX_BYTES = 8 << 20;

    /** Refusals of a record that concern only its topic, so that other batches continue. */
    private static final List<Class<? extends ApiException>> REFUSALS =
            List.of(
                    TopicAuthorizationException.class,
                    UnknownTopicOrPartitionException.class,
                    UnknownTopicIdException.class,
                    InvalidTopicException.class,
                    RecordTooLargeException.class,
                    PolicyViolationException.class,
                    NotEnoughReplicasException.class,
                    TimeoutException.class);

    private final Producer<byte[], byte[]> producer;
    private final BatchRecords records;
    private final int maxLines;
    private @Nullable ConsumerGroupMetadata member;
    private boolean isOpen;

    /** The first refusal of a request in the open transaction; written by the producer's thread. */
    private volatile @Nullable ApiException refusal;

    /**
     * Ends the open transaction of an earlier session with this transactional id.
     *
     * @param producer closed with this object, or when its transactions cannot begin
     * @param maxLines most lines of a transaction
     */
    BatchTransactions(Producer<byte[], byte[]> producer, BatchRecords records, int maxLines) {
        this.producer = producer;
        this.records = records;
        this.maxLines = maxLines;
        try {
            producer.initTransactions();
        } catch (RuntimeException e) {
            producer.close();
            throw e;
        }
    }

    /** Sets the membership under which the next transactions commit. */
    void onPoll(ConsumerGroupMetadata present) {
        member = present;
    }

    /**
     * Publishes the next lines of a batch in one transaction. Reads the lines before the
     * transaction begins, because Kafka ends a transaction that waits for a slow disk or sink.
     *
     * @return true if no lines remain
     * @throws IOException if the lines cannot be read or the topic cannot be written, so that
     *     nothing is published
     */
    boolean publishSome(OpenBatch batch) throws IOException {
        var lines = new ArrayList<BatchLine>();
        boolean isEnd = readSome(batch, lines);
        batch.lines().confirm();
        begin();
        try {
            publish(batch, lines);
        } catch (KafkaException e) {
            ApiException cause = refusal;
            if (cause != null && REFUSALS.stream().anyMatch(it -> it.isInstance(cause))) {
                throw new RequestTopicException(records.requestTopic(tenant(batch)), cause);
            }
            throw e;
        }
        return isEnd;
    }

    private static String tenant(OpenBatch batch) {
        return batch.owned().submission().tenant();
    }

    private void publish(OpenBatch batch, List<BatchLine> lines) {
        OwnedBatch owned = batch.owned();
        Progress progress = owned.progress();
        for (BatchLine line : lines) {
            var request = records.request(owned.submission(), owned.submittedAt(), line);
            var _ = producer.send(request, this::onRequest);
            progress = progress.after(line.number());
        }
        producer.flush();
        ApiException cause = refusal;
        if (cause != null) {
            // An aborted record behind the submissions would look like another batch.
            throw cause;
        }
        if (!lines.isEmpty()) {
            send(progress.toRecord(owned.partition()));
        }
        commit(owned, owned.offset(), progress.toMetadata());
        batch.onCommitted(progress);
    }

    private void onRequest(@Nullable RecordMetadata metadata, @Nullable Exception failure) {
        if (refusal == null && failure instanceof ApiException cause) {
            refusal = cause;
        }
    }

    /** Reads the lines of a transaction; returns true if no lines remain. */
    private boolean readSome(OpenBatch batch, List<BatchLine> lines) throws IOException {
        long bytes = 0;
        while (lines.size() < maxLines && bytes < MAX_BYTES) {
            BatchLine line = batch.nextLine();
            if (line == null) {
                return true;
            }
            lines.add(line);
            bytes += line.size();
        }
        return false;
    }

    /**
     * Commits the end of a batch with its manifest, and the offset of the next submission.
     *
     * @param lines number of lines that all transactions together have published
     * @param models models that the lines name; empty if unknown
     */
    void end(OwnedBatch batch, long lines, Set<String> models) {
        begin();
        send(records.manifest(batch.submission(), lines, models));
        commitEnd(batch);
    }

    /**
     * Moves batches of one partition behind the waiting submissions, so that they delay no other
     * batch.
     *
     * @param batches in the order of their offsets
     * @return the new offsets, in the same order
     */
    List<Long> moveBack(List<OwnedBatch> batches) {
        begin();
        var moved = new ArrayList<Future<RecordMetadata>>();
        for (OwnedBatch batch : batches) {
            var record = records.submission(batch.submission());
            MillraceHeaders.put(record.headers(), MillraceHeaders.SUBMITTED_AT, batch.appendedAt());
            new Postponement(batch.notBefore(), batch.tries(), batch.progress())
                    .writeTo(record.headers());
            moved.add(producer.send(replacing(batch, record)));
        }
        OwnedBatch last = batches.getLast();
        commit(last, last.offset() + 1, "");
        return moved.stream().map(it -> it.resultNow().offset()).toList();
    }

    /** Commits the end of an unpublished batch, which gets no manifest. */
    void skip(OwnedBatch batch) {
        begin();
        commitEnd(batch);
    }

    private void commitEnd(OwnedBatch batch) {
        send(replacing(batch, records.end(batch.submission())));
        if (batch.progress().line() > 0) {
            send(batch.progress().toTombstone(batch.partition()));
        }
        commit(batch, batch.offset() + 1, "");
    }

    /**
     * Returns a record for the partition of a batch's submission, which it replaces there. The key
     * would select another partition after others have added some.
     */
    private static ProducerRecord<byte[], byte[]> replacing(
            OwnedBatch batch, ProducerRecord<byte[], byte[]> record) {
        return new ProducerRecord<>(
                record.topic(),
                batch.partition().partition(),
                record.key(),
                record.value(),
                record.headers());
    }

    private void begin() {
        refusal = null;
        producer.beginTransaction();
        isOpen = true;
    }

    /**
     * Aborts the transaction that a failure has left open, so that none of its records are
     * published. Does nothing without an open transaction.
     *
     * @throws org.apache.kafka.common.KafkaException if it cannot be aborted
     */
    void abort() {
        if (isOpen) {
            isOpen = false;
            producer.abortTransaction();
        }
    }

    /** Ignores the future: a failure of a record fails the commit of its transaction. */
    private void send(ProducerRecord<byte[], byte[]> record) {
        var _ = producer.send(record);
    }

    private void commit(OwnedBatch batch, long offset, String metadata) {
        ConsumerGroupMetadata present = member;
        if (present == null) {
            throw new IllegalStateException("nothing can be committed before the first poll");
        }
        producer.sendOffsetsToTransaction(
                Map.of(batch.partition(), new OffsetAndMetadata(offset, metadata)), present);
        producer.commitTransaction();
        isOpen = false;
    }

    /** Aborts an open transaction. */
    @Override
    public void close() {
        producer.close();
    }
}
