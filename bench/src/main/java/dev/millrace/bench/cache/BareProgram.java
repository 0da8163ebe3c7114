package dev.millrace.bench.cache;

import dev.millrace.bench.cluster.BareStreams;
import dev.millrace.bench.cluster.BenchPipeline;
import dev.millrace.bench.process.ParentControl;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;

/**
 * A program that copies requests with Kafka Streams until its parent stops it. The requests of
 * {@link Way#REPARTITIONED} pass a repartition topic.
 */
public final class BareProgram {
    /** The owner of the output topic. */
    static final String OUTPUT = "copies";

    private BareProgram() {}

    /** Returns the arguments of {@link #main}. */
    static List<String> arguments(BenchPipeline pipeline, int commitMillis, Path state) {
        return List.of(
                pipeline.bootstrap(),
                pipeline.prefix(),
                Integer.toString(pipeline.partitions()),
                Integer.toString(commitMillis),
                state.toString());
    }

    /**
     * Runs the topology.
     *
     * @param args arguments from {@link #arguments}
     */
    public static void main(String[] args) throws Exception {
        var pipeline = new BenchPipeline(args[0], args[1], Integer.parseInt(args[2]));
        ParentControl.serve(
                "bare",
                BareStreams.start(
                        topology(pipeline), pipeline, Integer.parseInt(args[3]), Path.of(args[4])));
    }

    private static Topology topology(BenchPipeline pipeline) {
        var builder = new StreamsBuilder();
        var bytes = Serdes.ByteArray();
        var copies = Produced.with(bytes, bytes);
        KStream<byte[], byte[]> requests =
                builder.stream(pipeline.requests(), Consumed.with(bytes, bytes));
        requests.filterNot((_, request) -> Way.isRepartitioned(request))
                .to(pipeline.results(OUTPUT), copies);
        requests.filter((_, request) -> Way.isRepartitioned(request))
                .repartition(
                        Repartitioned.with(bytes, bytes)
                                .withName("repartitioned")
                                .withNumberOfPartitions(pipeline.partitions()))
                .to(pipeline.results(OUTPUT), copies);
        return builder.build();
    }
}
