package dev.millrace.router.streams;

import dev.millrace.router.records.OutgoingRecords;
import dev.millrace.router.topic.TopicAvailability;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProductionExceptionHandler;

/**
 * Reports to {@link TopicAvailability} which topic rejected a record, and why. It always fails the
 * transaction, since skipping the record would lose a job. When the records are processed again,
 * the rejected record avoids that topic.
 *
 * <p>Streams does not call this handler when a topic's ACL or name is the reason. {@link
 * StreamThreadFailureHandler} handles these failures when the thread dies.
 */
public final class ProduceFailureHandler implements ProductionExceptionHandler {
    /** The setting through which Kafka Streams passes the {@link TopicAvailability}. */
    public static final String TOPICS_CONFIG = "millrace.topics.in.service";

    private Optional<TopicAvailability> topics = Optional.empty();

    @Override
    public void configure(Map<String, ?> configs) {
        topics =
                configs.get(TOPICS_CONFIG) instanceof TopicAvailability given
                        ? Optional.of(given)
                        : Optional.empty();
    }

    @Override
    public Response handleError(
            ErrorHandlerContext context,
            ProducerRecord<byte[], byte[]> rejected,
            Exception failure) {
        topics.ifPresent(it -> report(it, rejected, failure));
        return Response.fail();
    }

    static void report(
            TopicAvailability topics, ProducerRecord<byte[], byte[]> rejected, Exception failure) {
        if (failure instanceof RecordTooLargeException) {
            topics.onTooLarge(rejected.topic(), bytesOf(rejected), failure);
        } else {
            topics.onTimeout(rejected.topic(), failure);
        }
    }

    private static int bytesOf(ProducerRecord<byte[], byte[]> entry) {
        return OutgoingRecords.maxBytes(entry.key(), entry.value(), entry.headers());
    }
}
