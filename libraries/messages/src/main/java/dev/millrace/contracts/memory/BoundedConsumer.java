package dev.millrace.contracts.memory;

import dev.millrace.contracts.header.HeaderBuffers;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A consumer whose polls return a bounded number of bytes.
 *
 * <p>Kafka's settings bound only the compressed bytes of a fetch and the number of records of a
 * poll. Long prompts can compress to a hundredth of their size, so one poll could exceed the heap.
 */
public class BoundedConsumer extends KafkaConsumer<byte[], byte[]> {
    private final PollLimit limit;

    /**
     * Creates a consumer.
     *
     * @param maxPollBytes maximum of all values of a poll together; a longer value is polled alone
     */
    public BoundedConsumer(Map<String, Object> config, long maxPollBytes) {
        this(config, new PollLimit(maxPollBytes));
    }

    private BoundedConsumer(Map<String, Object> config, PollLimit limit) {
        super(config, new ByteArrayDeserializer(), limit);
        this.limit = limit;
    }

    /** Polls. The returned records reference only their own memory. */
    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
        limit.onPoll();
        return HeaderBuffers.release(super.poll(timeout));
    }
}
