package dev.millrace.standalone.control;

import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.policy.RoutedBy;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** Reads the committed jobs that are routed to the job topics from now on. Not thread-safe. */
final class JobTopicTail implements AutoCloseable {
    private static final Duration POLL_WAIT = Duration.ofMillis(100);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final boolean hasTopics;

    private JobTopicTail(KafkaConsumer<byte[], byte[]> consumer, boolean hasTopics) {
        this.consumer = consumer;
        this.hasTopics = hasTopics;
    }

    /** Receives the jobs that a policy has routed. */
    interface Listener {
        /**
         * Handles one job.
         *
         * @param model the first model of the job's chain
         */
        void onJob(RoutedBy by, String model);
    }

    /** Opens a reader at the current end of the job topics. */
    static JobTopicTail open(PipelineClient client) {
        var consumer = client.consumer("latest");
        try {
            var partitions = partitions(consumer, client.prefix() + "jobs.");
            consumer.assign(partitions);
            consumer.seekToEnd(partitions);
            // seekToEnd is lazy: position() fetches the end offset.
            partitions.forEach(consumer::position);
            return new JobTopicTail(consumer, !partitions.isEmpty());
        } catch (RuntimeException e) {
            consumer.close(CloseOptions.timeout(Duration.ZERO));
            throw e;
        }
    }

    private static List<TopicPartition> partitions(
            KafkaConsumer<byte[], byte[]> consumer, String prefix) {
        return consumer.listTopics().entrySet().stream()
                .filter(topic -> topic.getKey().startsWith(prefix))
                .flatMap(topic -> topic.getValue().stream())
                .map(it -> new TopicPartition(it.topic(), it.partition()))
                .toList();
    }

    /** Returns true when the pipeline has a job topic. */
    boolean hasTopics() {
        return hasTopics;
    }

    /** Passes new jobs to the listener, after at most {@link #POLL_WAIT}. */
    void poll(Listener listener) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL_WAIT)) {
            MillraceHeaders.text(record.headers(), MillraceHeaders.ROUTED_BY)
                    .flatMap(RoutedBy::of)
                    .ifPresent(by -> listener.onJob(by, firstOfChain(record)));
        }
    }

    private static String firstOfChain(ConsumerRecord<byte[], byte[]> record) {
        return MillraceHeaders.text(record.headers(), MillraceHeaders.CHAIN)
                .map(chain -> chain.split(",", 2)[0])
                .orElse("");
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(Duration.ZERO));
    }
}
