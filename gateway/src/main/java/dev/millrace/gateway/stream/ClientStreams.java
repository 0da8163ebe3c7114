package dev.millrace.gateway.stream;

import dev.millrace.contracts.memory.HeapShare;
import dev.millrace.contracts.output.CommittedConsumer;
import dev.millrace.contracts.topic.KeyPartitions;
import dev.millrace.gateway.stream.ClientStream.Ending;
import dev.millrace.gateway.stream.ClientStream.Opening;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;

/**
 * Streams the answers to jobs to their clients. Can be used from any thread. Reads nothing before
 * the first stream.
 */
public final class ClientStreams implements AutoCloseable {
    /**
     * Longest wait of a fetch at the broker. A partition added during a fetch is read only after
     * the fetch.
     */
    private static final int FETCH_WAIT_MILLIS = 50;

    /** Chunks may take this fraction of the memory of bodies. */
    private static final int MEMORY_SHARE = 4;

    private final ChunkReader reader;
    private final ChunkMemory memory;
    private final StreamMeters meters;
    private final LongSupplier nanos;

    /**
     * The dependencies of streams.
     *
     * @param kafka client properties from the configuration
     * @param topic name of the chunk topic
     * @param keys selects the partitions of chunks
     * @param clock determines where to begin in a partition, by the timestamps of its chunks
     * @param nanos a ticker
     */
    public record Parts(
            Map<String, String> kafka,
            String topic,
            KeyPartitions keys,
            HeapShare heap,
            MeterRegistry meters,
            InstantSource clock,
            LongSupplier nanos) {}

    /** Creates streams. */
    public ClientStreams(Parts parts) {
        reader =
                new ChunkReader(
                        parts.topic,
                        parts.keys,
                        () -> consumer(parts.kafka, parts.heap),
                        parts.clock,
                        parts.nanos);
        memory = new ChunkMemory(parts.heap.maxHeldBytes() / MEMORY_SHARE);
        meters = new StreamMeters(parts.meters, memory);
        nanos = parts.nanos;
    }

    private static Consumer<byte[], byte[]> consumer(Map<String, String> kafka, HeapShare heap) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_WAIT_MILLIS);
        properties.putAll(kafka);
        return CommittedConsumer.open(
                properties, "millrace-gateway-chunks", heap, Optional.empty());
    }

    /**
     * Streams the answer to a newly submitted job to its client. Returns when the stream has ended.
     *
     * @throws IOException if the client has disconnected; its job may still run
     * @throws IllegalArgumentException for embeddings, which are never streamed
     */
    public Ending stream(StreamedJob job, Opening opening)
            throws IOException, InterruptedException {
        meters.onBegin();
        try (var inbox = new ChunkInbox(memory, job.tenant());
                ChunkReader.Subscription _ = reader.subscribe(job.id(), inbox)) {
            return new ClientStream(job, inbox, opening, meters, nanos).run();
        } finally {
            meters.onEnd();
        }
    }

    /** Ends the reading of chunks. Running streams end with the results of their jobs. */
    @Override
    public void close() {
        reader.close();
    }
}
