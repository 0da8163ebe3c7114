package dev.millrace.standalone.status;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.router.fair.AheadTenant;
import dev.millrace.router.fair.PaceStore;
import dev.millrace.router.fair.PaceView;
import dev.millrace.standalone.console.UserError;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads who is ahead of its pace from the changelog of the routers' store. */
final class PaceReader {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Map<String, Object> properties;
    private final String topic;
    private final LongSupplier nanoTicker;

    /**
     * @param kafka client properties as the configuration has them
     * @param router the group of the routers
     */
    PaceReader(Map<String, String> kafka, String router, LongSupplier nanoTicker) {
        properties = new HashMap<>(kafka);
        properties.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic");
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(
                ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Math.toIntExact(PATIENCE.toMillis()));
        topic = router + "-" + PaceStore.NAME + "-changelog";
        this.nanoTicker = nanoTicker;
    }

    /** Who is ahead; nobody where no router has run. */
    List<AheadTenant> ahead() {
        var view = new PaceView();
        try (var consumer =
                new KafkaConsumer<>(
                        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<PartitionInfo> found = consumer.listTopics().get(topic);
            if (found != null) {
                readToEnd(consumer, partitions(found), view);
            }
        }
        return view.ahead();
    }

    private static List<TopicPartition> partitions(List<PartitionInfo> found) {
        return found.stream().map(it -> new TopicPartition(it.topic(), it.partition())).toList();
    }

    private void readToEnd(
            KafkaConsumer<byte[], byte[]> consumer,
            List<TopicPartition> partitions,
            PaceView view) {
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        long deadline = nanoTicker.getAsLong() + PATIENCE.toNanos();
        while (!ends.entrySet().stream()
                .allMatch(it -> consumer.position(it.getKey()) >= it.getValue())) {
            if (nanoTicker.getAsLong() - deadline > 0) {
                throw UserError.failure("Reading " + topic + " took longer than 20 s");
            }
            for (var entry : consumer.poll(POLL)) {
                view.onRecord(entry.partition(), new String(entry.key(), UTF_8), entry.value());
            }
        }
    }
}
