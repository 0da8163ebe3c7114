package dev.millrace.router;

import dev.millrace.router.edge.Outgoing;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProductionExceptionHandler;

/**
 * Notes which topic refused a record, and why. The transaction is lost either way; when its records
 * are worked on again, {@link TopicsInService} keeps the one away from that topic.
 *
 * <p>Streams does not ask it about a topic whose ACL or name is the reason: {@link ThreadFailures}
 * learns of those when the thread dies.
 *
 * <p>Going on without the record would lose a job.
 */
public final class ProduceFailures implements ProductionExceptionHandler {
    /** The setting under which Kafka Streams hands over the {@link TopicsInService}. */
    static final String TOPICS_CONFIG = "millrace.topics.in.service";

    private Optional<TopicsInService> topics = Optional.empty();

    @Override
    public void configure(Map<String, ?> configs) {
        topics =
                configs.get(TOPICS_CONFIG) instanceof TopicsInService given
                        ? Optional.of(given)
                        : Optional.empty();
    }

    @Override
    public Response handleError(
            ErrorHandlerContext context,
            ProducerRecord<byte[], byte[]> refused,
            Exception failure) {
        topics.ifPresent(it -> note(it, refused, failure));
        return Response.fail();
    }

    static void note(
            TopicsInService topics, ProducerRecord<byte[], byte[]> refused, Exception failure) {
        if (failure instanceof RecordTooLargeException) {
            topics.onTooLarge(refused.topic(), bytesOf(refused), failure);
        } else {
            topics.onTimeout(refused.topic(), failure);
        }
    }

    private static int bytesOf(ProducerRecord<byte[], byte[]> entry) {
        return Outgoing.bytesOf(entry.key(), entry.value(), entry.headers());
    }
}
