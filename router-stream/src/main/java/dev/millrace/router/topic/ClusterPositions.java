package dev.millrace.router.topic;

import dev.millrace.router.dedupe.RequestPositions;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InterruptException;

/**
 * Looks up request topics in the cluster. Every method throws a {@link KafkaException} when the
 * cluster does not answer; the stream thread is then replaced, and its successor repeats the
 * lookup.
 *
 * @param group the consumer group of the routers
 */
public record ClusterPositions(Admin admin, String group) implements RequestPositions {
    @Override
    public Uuid topicId(String topic) {
        return new TopicId(admin, topic).get();
    }

    @Override
    public boolean isOffsetLost(TopicPartition partition) {
        try {
            var first = admin.listOffsets(Map.of(partition, OffsetSpec.earliest()));
            if (first.partitionResult(partition).get().offset() == 0) {
                return false;
            }
            var committed = admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata();
            return committed.get().get(partition) == null;
        } catch (ExecutionException e) {
            throw new KafkaException("Cannot look up the offsets of " + partition, e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }
}
