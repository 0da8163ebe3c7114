package dev.millrace.bench.router;

import dev.millrace.bench.cluster.BenchPipeline;
import dev.millrace.bench.process.ServedProgram;
import dev.millrace.configuration.MillraceConfig;
import dev.millrace.contracts.memory.HeapShare;
import dev.millrace.contracts.trace.Traces;
import dev.millrace.router.Router;
import dev.millrace.router.RouterSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
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

    /** Returns the arguments of the program. */
    static List<String> arguments(
            RouterContender contender, BenchPipeline pipeline, int commitMillis, Path state) {
        return List.of(
                contender.name(),
                pipeline.bootstrap(),
                pipeline.prefix(),
                Integer.toString(pipeline.partitions()),
                Integer.toString(commitMillis),
                state.toString());
    }

    /**
     * Runs the contender.
     *
     * @param args arguments from {@link #arguments}
     */
    public static void main(String[] args) throws Exception {
        var contender = RouterContender.valueOf(args[0]);
        var pipeline = new BenchPipeline(args[1], args[2], Integer.parseInt(args[3]));
        int commitMillis = Integer.parseInt(args[4]);
        Path state = Path.of(args[5]);
        ServedProgram.serve(
                contender.key(),
                switch (contender) {
                    case PASS -> startPassThrough(pipeline, commitMillis, state);
                    case NAMED, AUTO -> startRouter(pipeline, commitMillis, state);
                });
    }

    private static AutoCloseable startRouter(BenchPipeline pipeline, int commitMillis, Path state) {
        return Router.start(
                new RouterSettings(
                        pipeline.config(),
                        state,
                        1,
                        Duration.ofMillis(commitMillis),
                        RouterSettings.EMBEDDED_SESSION_TIMEOUT,
                        Optional.of("bench"),
                        false,
                        HeapShare.AMPLE,
                        List.of(),
                        Traces.OFF),
                new SimpleMeterRegistry(),
                InstantSource.system());
    }

    /** Copies requests; reads the ends of jobs in the same tasks, as the router does. */
    private static AutoCloseable startPassThrough(
            BenchPipeline pipeline, int commitMillis, Path state) {
        var builder = new StreamsBuilder();
        var bytes = Serdes.ByteArray();
        var ends =
                builder.stream(pipeline.topics().costs(), Consumed.with(bytes, bytes))
                        .filter((_, _) -> false);
        builder.stream(pipeline.topics().requests(), Consumed.with(bytes, bytes))
                .merge(ends)
                .to(RouterContender.PASS.outputs(pipeline).getFirst(), Produced.with(bytes, bytes));
        var properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, pipeline.prefix() + "pass");
        properties.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, commitMillis);
        // A longer poll would delay the commits of a thread that waits for records.
        properties.put(StreamsConfig.POLL_MS_CONFIG, commitMillis);
        properties.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, 1);
        // The router's client properties, so that both write with the same compression.
        MillraceConfig config = pipeline.config();
        config.kafka().ifPresent(it -> properties.putAll(it.properties()));
        var streams = new KafkaStreams(builder.build(), properties);
        streams.start();
        return streams;
    }
}
