package dev.millrace.standalone.policy;

import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.policy.RoutedBy;
import dev.millrace.standalone.client.PipelineClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads the committed jobs that are routed to the job topics from now on, including topics that are
 * created later. Not thread-safe.
 */
final class JobTopicTail implements AutoCloseable {
    private static final Duration POLL_WAIT = Duration.ofMillis(100);
    private static final Duration LISTING_INTERVAL = Duration.ofSeconds(1);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final String topicPrefix;
    private final LongSupplier nanoTicker;
    private long listedNanos;

    private JobTopicTail(
            KafkaConsumer<byte[], byte[]> consumer, String topicPrefix, LongSupplier nanoTicker) {
        this.consumer = consumer;
        this.topicPrefix = topicPrefix;
        this.nanoTicker = nanoTicker;
        listedNanos = nanoTicker.getAsLong();
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
    static JobTopicTail open(PipelineClient client, LongSupplier nanoTicker) {
        var consumer = client.consumer("latest");
        try {
            var tail = new JobTopicTail(consumer, client.topics().jobTopicPrefix(), nanoTicker);
            var partitions = tail.partitions();
            consumer.assign(partitions);
            consumer.seekToEnd(partitions);
            // seekToEnd is lazy: position() fetches the end offset.
            partitions.forEach(consumer::position);
            return tail;
        } catch (RuntimeException e) {
            consumer.close(CloseOptions.timeout(Duration.ZERO));
            throw e;
        }
    }

    private List<TopicPartition> partitions() {
        return consumer.listTopics().entrySet().stream()
                .filter(topic -> topic.getKey().startsWith(topicPrefix))
                .flatMap(topic -> topic.getValue().stream())
                .map(it -> new TopicPartition(it.topic(), it.partition()))
                .toList();
    }

    /** Returns true when the pipeline has a job topic. */
    boolean hasTopics() {
        return !consumer.assignment().isEmpty();
    }

    /** Passes new jobs to the listener, after at most {@link #POLL_WAIT}. */
    void poll(Listener listener) {
        if (nanoTicker.getAsLong() - listedNanos >= LISTING_INTERVAL.toNanos()) {
            listedNanos = nanoTicker.getAsLong();
            addNewTopics();
        }
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL_WAIT)) {
            MillraceHeaders.text(record.headers(), MillraceHeaders.ROUTED_BY)
                    .flatMap(RoutedBy::of)
                    .ifPresent(by -> listener.onJob(by, firstOfChain(record)));
        }
    }

    /**
     * Adds the topics of lanes that got their first job, and reads these topics from their
     * beginning.
     */
    private void addNewTopics() {
        var created = new ArrayList<>(partitions());
        created.removeAll(consumer.assignment());
        if (!created.isEmpty()) {
            var all = new ArrayList<>(consumer.assignment());
            all.addAll(created);
            consumer.assign(all);
            consumer.seekToBeginning(created);
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
