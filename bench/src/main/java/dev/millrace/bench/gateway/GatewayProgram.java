package dev.millrace.bench.gateway;

import dev.millrace.bench.process.ParentControl;
import dev.millrace.contracts.config.ListenAddress;
import dev.millrace.contracts.config.MillraceConfig;
import dev.millrace.contracts.config.loading.ConfigLoader;
import dev.millrace.contracts.memory.HeapShare;
import dev.millrace.gateway.GatewaySettings;
import dev.millrace.sink.SinkListener;
import dev.millrace.standalone.data.DataDirectory;
import dev.millrace.standalone.forecast.BatchForecasts;
import dev.millrace.standalone.ops.BindAddress;
import dev.millrace.standalone.ops.GatewayServer;
import dev.millrace.standalone.pipeline.Pipeline;
import dev.millrace.standalone.pipeline.PipelinePart;
import dev.millrace.standalone.pipeline.PipelineSettings;
import dev.millrace.standalone.usage.PipelineUsage;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * A program that runs the parts of {@code millrace up} without the simulator until its parent stops
 * it. It reports the base URL of its gateway.
 */
public final class GatewayProgram {
    /** Request of the parent for {@link StageTimes}. */
    static final String STAGES = "stages";

    private static final BindAddress ANY_PORT =
            BindAddress.configured(new ListenAddress("127.0.0.1", 0), "gateway.listen");
    private static final Set<PipelinePart> PARTS =
            EnumSet.complementOf(EnumSet.of(PipelinePart.SIMULATOR));

    private GatewayProgram() {}

    /**
     * Runs pipeline and gateway.
     *
     * @param args the configuration file and the data directory
     */
    public static void main(String[] args) throws Exception {
        HeapShare heap = Pipeline.heapShare(PARTS);
        MillraceConfig config = new ConfigLoader(Map.of(), heap).load(Path.of(args[0]));
        var registry = new SimpleMeterRegistry();
        DataDirectory data = DataDirectory.open(Path.of(args[1]));
        Pipeline pipeline =
                Pipeline.start(
                        new PipelineSettings(
                                config, data, PARTS, 0, registry, SinkListener.NONE, false, true));
        MillraceConfig started = pipeline.config();
        var usage =
                PipelineUsage.start(
                        started,
                        Pipeline.jdbcUrl(started, data),
                        InstantSource.system(),
                        System::nanoTime,
                        RandomGenerator.getDefault());
        GatewayServer gateway =
                GatewayServer.start(
                        ANY_PORT,
                        new GatewaySettings(
                                started,
                                URI.create("http://" + usage.address()),
                                Pipeline.files(started, data),
                                registry,
                                InstantSource.system(),
                                System::nanoTime,
                                new SecureRandom(),
                                new BatchForecasts(started),
                                heap));
        ParentControl.serve(
                gateway.url(),
                () -> {
                    gateway.close();
                    usage.close();
                    pipeline.close();
                    data.close();
                },
                Map.of(STAGES, () -> StageTimes.of(registry).line()));
    }
}
