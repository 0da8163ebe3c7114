package dev.millrace.gateway.publish;

import java.util.Collection;
import java.util.Map;
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
     * Returns the ends of partitions, behind the records of open transactions. A consumer of
     * committed records reaches such an end once these transactions have ended.
     *
     * @throws KafkaException if the cluster does not answer
     */
    Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions);

    @Override
    void close();
}
