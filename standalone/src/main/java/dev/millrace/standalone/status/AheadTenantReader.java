package dev.millrace.standalone.status;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.router.fair.AheadTenant;
import dev.millrace.router.fair.PaceStore;
import dev.millrace.router.fair.PaceView;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.control.PipelineClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/** Reads which tenants are ahead of their fair share, from the changelog of the routers' store. */
final class AheadTenantReader {
    private static final Duration POLL_WAIT = Duration.ofMillis(100);
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final PipelineClient client;
    private final String topic;
    private final LongSupplier nanoTicker;

    /**
     * Creates a reader.
     *
     * @param routerGroup the consumer group of the routers
     * @param nanoTicker ticker for the timeout
     */
    AheadTenantReader(PipelineClient client, String routerGroup, LongSupplier nanoTicker) {
        this.client = client;
        topic = routerGroup + "-" + PaceStore.NAME + "-changelog";
        this.nanoTicker = nanoTicker;
    }

    /** Returns the tenants that are ahead; none if no router has run. */
    List<AheadTenant> read() {
        var view = new PaceView();
        try (var consumer = client.consumer("earliest")) {
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
        long deadline = nanoTicker.getAsLong() + TIMEOUT.toNanos();
        while (!ends.entrySet().stream()
                .allMatch(it -> consumer.position(it.getKey()) >= it.getValue())) {
            if (nanoTicker.getAsLong() - deadline > 0) {
                throw UserError.failure("Reading " + topic + " took longer than 20 s");
            }
            for (var entry : consumer.poll(POLL_WAIT)) {
                view.onRecord(entry.partition(), new String(entry.key(), UTF_8), entry.value());
            }
        }
    }
}
