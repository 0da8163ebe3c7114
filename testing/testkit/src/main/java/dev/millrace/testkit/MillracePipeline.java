package dev.millrace.testkit;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.simulator.Simulator;
import dev.millrace.sink.SinkListener;
import dev.millrace.standalone.data.DataDirectory;
import dev.millrace.standalone.pipeline.Pipeline;
import dev.millrace.standalone.pipeline.PipelinePart;
import dev.millrace.standalone.pipeline.PipelineSettings;
import dev.millrace.standalone.simulator.BuiltInSimulator;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * A whole pipeline in the JVM of a test: Kafka, router, worker, sink and a simulated provider, with
 * free ports and its own temporary folder. Several can run side by side.
 *
 * <p>Starts in a few seconds; share one among the tests of a class, and give each test its own
 * batch. Used by one thread.
 */
public final class MillracePipeline implements AutoCloseable {
    private static final String LOOPBACK = "127.0.0.1";
    private static final Set<PipelinePart> PARTS =
            EnumSet.of(
                    PipelinePart.BROKER,
                    PipelinePart.ROUTER,
                    PipelinePart.WORKER,
                    PipelinePart.SINK);

    private final TemporaryFolder folder;
    private final DataDirectory data;
    private final Simulator simulator;
    private final Pipeline pipeline;

    private MillracePipeline(
            TemporaryFolder folder, DataDirectory data, Simulator simulator, Pipeline pipeline) {
        this.folder = folder;
        this.data = data;
        this.simulator = simulator;
        this.pipeline = pipeline;
    }

    /** Starts a pipeline with the shipped models, whose calls are answered at once. */
    public static MillracePipeline start() {
        return start(PipelineOptions.DEFAULT);
    }

    /**
     * Starts a pipeline and returns when it accepts requests.
     *
     * @throws dev.millrace.yaml.problem.ConfigException with every problem of the configuration
     * @throws dev.millrace.standalone.pipeline.PipelineStartException if a part cannot start
     */
    public static MillracePipeline start(PipelineOptions options) {
        MillraceConfig config =
                new ConfigLoader(Map.of(), Pipeline.heapShare(PARTS))
                        .withoutKeys()
                        .parse("the configuration of the test", options.configuration())
                        .withSimulator();
        var folder = new TemporaryFolder();
        DataDirectory data = null;
        Simulator simulator = null;
        try {
            data = DataDirectory.open(folder.path());
            simulator = Simulator.start(options.simulator(), LOOPBACK, 0);
            Pipeline pipeline =
                    Pipeline.start(
                            new PipelineSettings(
                                    BuiltInSimulator.locate(config, simulator.baseUri()),
                                    data,
                                    PARTS,
                                    0,
                                    new SimpleMeterRegistry(),
                                    SinkListener.NONE,
                                    false,
                                    false));
            return new MillracePipeline(folder, data, simulator, pipeline);
        } catch (RuntimeException | Error e) {
            if (simulator != null) {
                simulator.close();
            }
            if (data != null) {
                data.close();
            }
            folder.close();
            throw e;
        }
    }

    /** Returns the address of Kafka, as {@code host:port}. */
    public String bootstrapServers() {
        return pipeline.bootstrapServers();
    }

    /**
     * Returns the simulated provider. Its ledger has all calls and bills; its models, accounts and
     * outages can be changed while it runs.
     */
    public Simulator simulator() {
        return simulator;
    }

    /**
     * Returns a client of this pipeline.
     *
     * @throws dev.millrace.standalone.pipeline.PartStoppedException if a part of the pipeline has
     *     failed
     */
    public TestBatches batches() {
        pipeline.requireAlive();
        return new TestBatches(bootstrapServers(), pipeline.config().topics());
    }

    /** Stops all parts, and deletes their files. Running calls end first. */
    @Override
    public void close() {
        try (folder;
                data;
                simulator) {
            pipeline.close();
        }
    }
}
