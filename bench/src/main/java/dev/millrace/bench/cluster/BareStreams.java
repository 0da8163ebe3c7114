package dev.millrace.bench.cluster;

import java.nio.file.Path;
import java.util.Properties;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;

/** Runs plain topologies of Kafka Streams, with which the router is compared. */
public final class BareStreams {
    private BareStreams() {}

    /**
     * Starts a topology with exactly-once and one thread.
     *
     * @param commitMillis commit interval in milliseconds
     * @param state folder of the state
     */
    public static KafkaStreams start(
            Topology topology, BenchPipeline pipeline, int commitMillis, Path state) {
        var properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, pipeline.prefix() + "pass");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, pipeline.bootstrap());
        properties.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, commitMillis);
        // A longer poll would delay the commits of a thread that waits for records.
        properties.put(StreamsConfig.POLL_MS_CONFIG, commitMillis);
        properties.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, 1);
        var streams = new KafkaStreams(topology, properties);
        streams.start();
        return streams;
    }
}
