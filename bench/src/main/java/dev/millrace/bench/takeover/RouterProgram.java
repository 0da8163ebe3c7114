package dev.millrace.bench.takeover;

import dev.millrace.bench.cluster.BenchPipeline;
import dev.millrace.bench.process.ParentControl;
import dev.millrace.contracts.memory.HeapShare;
import dev.millrace.router.Router;
import dev.millrace.router.RouterSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** A program that runs one of several routers until its parent stops or kills it. */
public final class RouterProgram {
    private RouterProgram() {}

    /** Returns the arguments of {@link #main}. */
    static List<String> arguments(BenchPipeline pipeline, int standbys, Path state) {
        return List.of(
                pipeline.bootstrap(),
                pipeline.prefix(),
                Integer.toString(pipeline.partitions()),
                Integer.toString(standbys),
                state.toString());
    }

    /**
     * Runs a router.
     *
     * @param args arguments from {@link #arguments}
     */
    public static void main(String[] args) throws Exception {
        var pipeline = new BenchPipeline(args[0], args[1], Integer.parseInt(args[2]));
        var settings =
                new RouterSettings(
                        pipeline.routerConfig(Integer.parseInt(args[3])),
                        Path.of(args[4]),
                        1,
                        RouterSettings.DEFAULT_COMMIT_INTERVAL,
                        RouterSettings.EMBEDDED_SESSION_TIMEOUT,
                        Optional.empty(),
                        HeapShare.AMPLE);
        ParentControl.serve(
                "router",
                Router.start(settings, new SimpleMeterRegistry(), InstantSource.system()));
    }
}
