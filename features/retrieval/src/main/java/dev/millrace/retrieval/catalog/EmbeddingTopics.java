package dev.millrace.retrieval.catalog;

import dev.millrace.retrieval.document.DocumentRecord;
import dev.millrace.retrieval.vector.VectorEntry;
import dev.millrace.retrieval.vector.VectorSpace;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The topics that the embedding of documents reads and writes. Belongs to one thread. */
public interface EmbeddingTopics extends AutoCloseable {
    /** A new assignment of a partition of documents, with a set offset. */
    record Assigned(int partition, Optional<PendingProgress> pending) {}

    record Result(String job, byte[] value) {}

    /**
     * A record of the topic of vectors to be written.
     *
     * @param number of the piece in its key
     * @param entry null to delete it
     */
    record Stored(byte[] document, int number, @Nullable VectorEntry entry) {}

    /** Returns the space of the vectors that are read and written. */
    VectorSpace space();

    /**
     * Returns true if a topic was recreated since these topics were opened, so that their space is
     * no longer used. Each call starts a lookup of the topics without waiting for the answer, which
     * a later call returns.
     */
    boolean isReplaced();

    /** Keeps the membership in the group, and returns documents of all other partitions. */
    List<DocumentRecord> poll(Duration wait, Set<Integer> paused);

    /** Returns the offset of the next document to be read of an assigned partition. */
    long position(int partition);

    /** Returns the partitions that were assigned since the last call. */
    List<Assigned> takeAssigned();

    /** Returns the partitions that were lost since the last call. */
    Set<Integer> takeLost();

    /** Returns the number of partitions of the topic of results. */
    int resultPartitions();

    /** Returns the offset after the last result of a partition. */
    long resultsEnd(int partition);

    /**
     * Returns the next results, and keeps reading.
     *
     * @param starts by partition: the offset at which reading begins if it has not begun
     */
    List<Result> results(Map<Integer, Long> starts);

    /**
     * Publishes jobs, and marks them as awaited in the same transaction.
     *
     * @param offset of the first document
     */
    void publish(int partition, long offset, PendingProgress pending, List<EmbeddingRequest> jobs);

    /** Writes vectors, and the progress after them in the same transaction. */
    void finish(int partition, long next, List<Stored> vectors);

    /** Returns the most bytes of a record of vectors. */
    int maxRecordBytes();

    /** Returns true if requests of this tenant have a topic. */
    boolean accepts(String tenant);

    @Override
    void close();
}
