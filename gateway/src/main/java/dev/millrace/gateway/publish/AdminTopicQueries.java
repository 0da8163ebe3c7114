package dev.millrace.gateway.publish;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Uses its own client: a request by the consumer would wait up to half a second, until the cluster
 * has answered the consumer's last fetch.
 */
final class AdminTopicQueries implements TopicQueries {
    private final Admin admin;

    /**
     * @param admin closed with this object
     */
    AdminTopicQueries(Admin admin) {
        this.admin = admin;
    }

    @Override
    public void require(String topic) throws RequestTopicException {
        try {
            var _ = get(admin.describeTopics(List.of(topic)).allTopicNames());
        } catch (TimeoutException | DisconnectException | InterruptException e) {
            throw e;
        } catch (UnknownTopicOrPartitionException e) {
            throw new RequestTopicException(topic, SubmissionReader.missing(topic));
        } catch (KafkaException e) {
            throw new RequestTopicException(topic, e);
        }
    }

    @Override
    public Future<Long> end(TopicPartition partition) {
        var options = new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED);
        return admin.listOffsets(Map.of(partition, OffsetSpec.latest()), options)
                .partitionResult(partition)
                .thenApply(it -> it.offset());
    }

    private static <T> T get(KafkaFuture<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof KafkaException cause) {
                throw cause;
            }
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    @Override
    public void close() {
        admin.close();
    }
}
