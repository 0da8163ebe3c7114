package dev.millrace.retrieval.vector;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The topic of vectors. Belongs to one thread. */
public interface VectorLog extends AutoCloseable {
    /** Returns the id of the topic on its cluster. */
    String source();

    /**
     * Returns true if the topic was found to have been deleted and created again since this log was
     * opened. Each call looks the topic up without waiting for the answer, which a later call
     * returns.
     */
    boolean isReplaced();

    /**
     * Sets the next offsets to read.
     *
     * @param offsets by partition; a partition without one is read from its beginning
     */
    void seek(Map<Integer, Long> offsets);

    /** Returns the next records of some partitions, each in its order. */
    List<VectorRecord> poll(Set<Integer> partitions, Duration wait);

    /** Returns the next offset to read, of each partition. */
    Map<Integer, Long> positions();

    @Override
    void close();
}
