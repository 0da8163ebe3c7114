package dev.millrace.standalone.control;

import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.policy.RoutedBy;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** The committed jobs that come into the job topics from now on. Of one thread. */
final class JobTopicTail implements AutoCloseable {
    private static final Duration POLL_WAIT = Duration.ofMillis(100);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final boolean hasTopics;

    private JobTopicTail(KafkaConsumer<byte[], byte[]> consumer, boolean hasTopics) {
        this.consumer = consumer;
        this.hasTopics = hasTopics;
    }

    /** Who hears of jobs. */
    interface Listener {
        /**
         * A job that a policy has routed.
         *
         * @param model the first of its chain
         */
        void onJob(RoutedBy by, String model);
    }

    /** Notes where the topics end: what comes behind it will be heard of. */
    static JobTopicTail open(ControlledCluster cluster) {
        var consumer = cluster.consumer("latest");
        try {
            var partitions = partitions(consumer, cluster.prefix() + "jobs.");
            consumer.assign(partitions);
            consumer.seekToEnd(partitions);
            // The end is looked up when it is asked for.
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

    /** Whether there is any topic of jobs. */
    boolean hasTopics() {
        return hasTopics;
    }

    /** Tells of the jobs that have come, and waits a moment if none has. */
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
