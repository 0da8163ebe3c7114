package dev.millrace.bench.router;

import dev.millrace.bench.cluster.BareStreams;
import dev.millrace.bench.process.ParentControl;
import dev.millrace.contracts.memory.HeapShare;
import dev.millrace.router.Router;
import dev.millrace.router.RouterSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
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
        return BareStreams.start(
                builder.build(), task.pipeline(), task.commitMillis(), task.state());
    }
}
