package dev.millrace.standalone.status;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.router.fair.AheadTenant;
import dev.millrace.router.fair.PaceStore;
import dev.millrace.router.fair.PaceView;
import dev.millrace.standalone.client.PipelineClient;
import dev.millrace.standalone.client.TopicEndReader;
import java.util.List;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;

/** Reads which tenants are ahead of their fair share, from the changelog of the routers' store. */
final class AheadTenantReader {
    private final PipelineClient client;
    private final String topic;
    private final LongSupplier nanoTicker;

    /**
     * Creates a reader.
     *
     * @param nanoTicker ticker for the timeout
     */
    AheadTenantReader(PipelineClient client, LongSupplier nanoTicker) {
        this.client = client;
        topic = client.topics().routerGroup() + "-" + PaceStore.NAME + "-changelog";
        this.nanoTicker = nanoTicker;
    }

    /** Returns the tenants that are ahead; none if no router has run. */
    List<AheadTenant> read() {
        var view = new PaceView();
        try (var consumer = client.consumer("earliest")) {
            var reader = new TopicEndReader(consumer, nanoTicker);
            List<TopicPartition> partitions = reader.partitions(topic);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            reader.read(
                    partitions,
                    it -> view.onRecord(it.partition(), new String(it.key(), UTF_8), it.value()));
        }
        return view.ahead();
    }
}
