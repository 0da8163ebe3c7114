package dev.millrace.retrieval.follow;

import dev.millrace.retrieval.document.DocumentRecord;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The topic of documents. Belongs to one thread. */
public interface DocumentLog extends AutoCloseable {
    /** Returns the topic id of Kafka, which changes if the topic is deleted and created again. */
    String source();

    /**
     * Returns true if the topic, or the topic of its vectors, was found to have been deleted and
     * created again since this log was opened, or if others have added partitions to the topic.
     * Each call looks the topics up without waiting for the answer, which a later call returns.
     */
    boolean isReplaced();

    /**
     * Sets the next offsets to read.
     *
     * @param offsets by partition; a partition without one is read from its beginning
     */
    void seek(Map<Integer, Long> offsets);

    /** Reads none of these partitions until the next call. */
    void pause(Set<Integer> partitions);

    /** Returns the next records, of several partitions, each in its order. */
    List<DocumentRecord> poll(Duration wait);

    /** Returns the next offset to read, of each partition. */
    Map<Integer, Long> positions();

    /** Returns the offset after the last committed record, of each partition. */
    Map<Integer, Long> ends();

    @Override
    void close();
}
