package dev.millrace.bench.router;

import dev.millrace.bench.process.ParentControl;
import dev.millrace.contracts.memory.HeapShare;
import dev.millrace.router.Router;
import dev.millrace.router.RouterSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;

/** A program that runs one contender with one stream thread until its parent stops it. */
public final class RouterContenderProgram {
    private RouterContenderProgram() {}

    /**
     * Runs the contender.
     *
     * @param args arguments from {@link RouterTask#arguments}
     */
    public static void main(String[] args) throws Exception {
        RouterTask task = RouterTask.parse(List.of(args));
        ParentControl.serve(
                task.contender().key(),
                switch (task.contender()) {
                    case PASS -> startPassThrough(task);
                    case NAMED, AUTO -> startRouter(task);
                });
    }

    private static AutoCloseable startRouter(RouterTask task) {
        return Router.start(
                new RouterSettings(
                        task.pipeline().routerConfig(0),
                        task.state(),
                        1,
                        Duration.ofMillis(task.commitMillis()),
                        RouterSettings.EMBEDDED_SESSION_TIMEOUT,
                        Optional.of("bench"),
                        HeapShare.AMPLE),
                new SimpleMeterRegistry(),
                InstantSource.system());
    }

    private static AutoCloseable startPassThrough(RouterTask task) {
        var builder = new StreamsBuilder();
        var bytes = Serdes.ByteArray();
        builder.stream(task.pipeline().requests(), Consumed.with(bytes, bytes))
                .to(task.outputs().getFirst(), Produced.with(bytes, bytes));
        var properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, task.pipeline().prefix() + "pass");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, task.pipeline().bootstrap());
        properties.put(StreamsConfig.STATE_DIR_CONFIG, task.state().toString());
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, task.commitMillis());
        // A longer poll would delay the commits of a thread that waits for records.
        properties.put(StreamsConfig.POLL_MS_CONFIG, task.commitMillis());
        properties.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, 1);
        var streams = new KafkaStreams(builder.build(), properties);
        streams.start();
        return streams;
    }
}
