package dev.millrace.gateway.publish;

import java.util.concurrent.Future;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** Asks the cluster about topics. Used by one thread. */
interface TopicQueries extends AutoCloseable {
    /**
     * Checks that a topic exists and that the right to it was not lost. Does not wait for a missing
     * topic.
     *
     * @throws RequestTopicException if the topic is missing or access to it is denied
     * @throws KafkaException if the cluster does not answer
     */
    void require(String topic) throws RequestTopicException;

    /**
     * Asks for the end of a partition, behind the records of open transactions. A consumer of
     * committed records reaches this end once these transactions have ended. Does not wait: a
     * partition without a leader has no answer, or a {@link KafkaException}.
     */
    Future<Long> end(TopicPartition partition);

    @Override
    void close();
}
