package dev.millrace.retrieval.catalog;

import dev.millrace.retrieval.job.SearchText;
import java.util.Map;

/** Publishes jobs that embed questions, and reads their results. Belongs to one thread. */
public interface QuestionJobs extends AutoCloseable {
    /** Returns the number of partitions of the topic of results. */
    int resultPartitions();

    /** Returns the partition of the topic of results that is read. */
    int resultPartition();

    /**
     * Publishes a job.
     *
     * @throws org.apache.kafka.common.KafkaException if there is no topic for its tenant, or
     *     nothing is written
     */
    void publish(SearchText question, EmbeddingRequest request);

    /** Returns the next results by the id of their job. */
    Map<String, byte[]> results();

    @Override
    void close();
}
