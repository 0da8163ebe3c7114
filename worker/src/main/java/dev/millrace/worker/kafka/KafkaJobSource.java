package dev.millrace.worker.kafka;

import dev.millrace.worker.loop.JobSource;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;

/** The consumer of the job topics, in the group of all workers. */
public final class KafkaJobSource implements JobSource {
    /** While an open transaction of a predecessor hides the offsets, the loop goes on. */
    private static final Duration COMMITTED_WAIT = Duration.ofMillis(500);

    private static final Duration CLOSE_WAIT = Duration.ofSeconds(10);

    private final Consumer<byte[], byte[]> consumer;

    public KafkaJobSource(ClientSettings settings) {
        this.consumer = new KafkaConsumer<>(settings.consumer());
    }

    @Override
    public void subscribe(Collection<String> topics, Listener listener) {
        consumer.subscribe(
                topics,
                new ConsumerRebalanceListener() {
                    @Override
                    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
                        consumer.pause(partitions);
                        listener.onAssigned(partitions);
                    }

                    @Override
                    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
                        listener.onRevoked(partitions);
                    }

                    @Override
                    public void onPartitionsLost(Collection<TopicPartition> partitions) {
                        listener.onLost(partitions);
                    }
                });
    }

    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration wait) {
        try {
            return consumer.poll(wait);
        } catch (WakeupException e) {
            return ConsumerRecords.empty();
        }
    }

    @Override
    public Optional<Map<TopicPartition, OffsetAndMetadata>> committed(
            Set<TopicPartition> partitions) {
        try {
            var committed = new HashMap<TopicPartition, OffsetAndMetadata>();
            consumer.committed(partitions, COMMITTED_WAIT)
                    .forEach(
                            (partition, offset) -> {
                                if (Objects.nonNull(offset)) {
                                    committed.put(partition, offset);
                                }
                            });
            return Optional.of(committed);
        } catch (TimeoutException | WakeupException e) {
            return Optional.empty();
        }
    }

    @Override
    public void seek(TopicPartition partition, long offset) {
        consumer.seek(partition, offset);
    }

    @Override
    public void pause(Collection<TopicPartition> partitions) {
        consumer.pause(partitions);
    }

    @Override
    public void resume(Collection<TopicPartition> partitions) {
        consumer.resume(partitions);
    }

    @Override
    public ConsumerGroupMetadata groupMetadata() {
        return consumer.groupMetadata();
    }

    @Override
    public void wakeup() {
        consumer.wakeup();
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(CLOSE_WAIT));
    }
}
