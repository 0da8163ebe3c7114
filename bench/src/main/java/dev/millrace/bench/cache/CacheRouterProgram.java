package dev.millrace.bench.cache;

import dev.millrace.bench.cluster.BenchPipeline;
import dev.millrace.bench.process.ParentControl;
import dev.millrace.contracts.memory.HeapShare;
import dev.millrace.router.Router;
import dev.millrace.router.RouterSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** A program that runs a router with a large cache and a budget until its parent stops it. */
public final class CacheRouterProgram {
    /**
     * Limits of the cache that no measurement reaches; one standby if there is another router. No
     * hit is verified by a call.
     */
    private static final String ROUTER =
            "standby_replicas: 1, cache: { max_entries: 1000000000, max_bytes: 1024GiB },"
                    + " semantic_cache: { verify: 0 }";

    /** A limit that no measurement reaches. */
    private static final String TENANTS =
            Way.BUDGET_TENANT + ": { budget: { limit_usd: 1000000 } }";

    private CacheRouterProgram() {}

    /**
     * Returns the arguments of {@link #main}.
     *
     * @param commitMillis commit interval with a backlog, in milliseconds
     * @param instance static member name; a router with the name of a killed one replaces it at
     *     once
     */
    static List<String> arguments(
            BenchPipeline pipeline, int commitMillis, String instance, Path state) {
        return List.of(
                pipeline.bootstrap(),
                pipeline.prefix(),
                Integer.toString(pipeline.partitions()),
                Integer.toString(commitMillis),
                instance,
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
                        pipeline.routerConfig(ROUTER, TENANTS),
                        Path.of(args[5]),
                        1,
                        Duration.ofMillis(Integer.parseInt(args[3])),
                        RouterSettings.EMBEDDED_SESSION_TIMEOUT,
                        Optional.of(args[4]),
                        HeapShare.of(Runtime.getRuntime().maxMemory(), 1));
        ParentControl.serve(
                "router",
                Router.start(settings, new SimpleMeterRegistry(), InstantSource.system()));
    }
}
