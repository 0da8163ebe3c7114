package dev.millrace.gateway.publish;

import dev.millrace.gateway.submission.BatchRecords;
import dev.millrace.producer.BatchLine;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Publishes lines in transactions, each with the offset of the submission and the progress of the
 * batch. A member that has lost the partition cannot commit: the group refuses its offset. Used by
 * one thread.
 */
final class BatchTransactions implements AutoCloseable {
    /** A transaction must end within its timeout, and the member must poll between two. */
    private static final int MAX_LINES = 2_000;

    private static final long MAX_BYTES = 8 << 20;

    private final Producer<byte[], byte[]> producer;
    private final BatchRecords records;
    private @Nullable ConsumerGroupMetadata member;
    private boolean isOpen;

    /**
     * Ends the open transaction of an earlier session with the same transactional id.
     *
     * @param producer closed with this object, or when its transactions cannot begin
     */
    BatchTransactions(Producer<byte[], byte[]> producer, BatchRecords records) {
        this.producer = producer;
        this.records = records;
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
     * Publishes the next lines of a batch in one transaction. Reads them before it begins, since
     * Kafka ends a transaction that waits for a slow disk or sink.
     *
     * @return true if there are no further lines
     * @throws IOException if the lines cannot be read; nothing is published then
     */
    boolean publishSome(OpenBatch batch) throws IOException {
        OwnedBatch owned = batch.owned();
        var lines = new ArrayList<BatchLine>();
        boolean isEnd = readSome(batch, lines);
        batch.lines().confirm();
        Progress progress = owned.progress();
        begin();
        for (BatchLine line : lines) {
            send(records.request(owned.submission(), line));
            progress = progress.after(line.number());
        }
        commit(owned, owned.offset(), progress.toMetadata());
        batch.onCommitted(progress);
        return isEnd;
    }

    /** Reads the lines of a transaction; returns true if there are no further lines. */
    private static boolean readSome(OpenBatch batch, List<BatchLine> lines) throws IOException {
        long bytes = 0;
        while (lines.size() < MAX_LINES && bytes < MAX_BYTES) {
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
     */
    void end(OwnedBatch batch, long lines) {
        begin();
        send(records.manifest(batch.submission(), lines));
        commitEnd(batch);
    }

    /** Commits the end of a batch of which nothing was published: it gets no manifest. */
    void skip(OwnedBatch batch) {
        begin();
        commitEnd(batch);
    }

    private void commitEnd(OwnedBatch batch) {
        send(records.end(batch.submission()));
        commit(batch, batch.offset() + 1, "");
    }

    private void begin() {
        producer.beginTransaction();
        isOpen = true;
    }

    /**
     * Aborts the transaction that a failure has left open, so that nothing of it is published; does
     * nothing if there is none.
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
