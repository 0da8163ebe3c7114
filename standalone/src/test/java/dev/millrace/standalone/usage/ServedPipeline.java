package dev.millrace.standalone.usage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import dev.millrace.configuration.ListenAddress;
import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.StoreLocation;
import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.contracts.memory.HeapShare;
import dev.millrace.gateway.GatewaySettings;
import dev.millrace.simulator.Simulator;
import dev.millrace.simulator.settings.SimulatorSettings;
import dev.millrace.sink.SinkListener;
import dev.millrace.standalone.cli.Commands;
import dev.millrace.standalone.data.DataDirectory;
import dev.millrace.standalone.ops.BindAddress;
import dev.millrace.standalone.ops.GatewayServer;
import dev.millrace.standalone.ops.UsageServer;
import dev.millrace.standalone.pipeline.Pipeline;
import dev.millrace.standalone.pipeline.PipelinePart;
import dev.millrace.standalone.pipeline.PipelineSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * A whole pipeline in this process with its usage API, and the commands that use it. Its provider
 * is the built-in simulator.
 */
public final class ServedPipeline implements AutoCloseable {
    private final Path configuration;
    private final DataDirectory data;
    private final Path directory;
    private final Pipeline pipeline;
    private final UsageServer server;

    private ServedPipeline(
            Path configuration,
            Path directory,
            DataDirectory data,
            Pipeline pipeline,
            UsageServer server) {
        this.configuration = configuration;
        this.directory = directory;
        this.data = data;
        this.pipeline = pipeline;
        this.server = server;
    }

    /** The output and exit code of a command. */
    public record Ended(int code, String out, String err) {}

    /**
     * Starts a pipeline.
     *
     * @param folder empty folder for its configuration and data
     * @param yaml its configuration, with a free port as {@code gateway.listen}
     */
    public static ServedPipeline start(Path folder, String yaml) throws IOException {
        return start(folder, yaml, EnumSet.allOf(PipelinePart.class));
    }

    /**
     * Starts some parts of a pipeline, among them the simulator and the sink.
     *
     * @param folder empty folder for its configuration and data
     * @param yaml its configuration, with a free port as {@code gateway.listen}
     */
    public static ServedPipeline start(Path folder, String yaml, Set<PipelinePart> parts)
            throws IOException {
        Path configuration = Files.writeString(folder.resolve("millrace.yaml"), yaml);
        Path directory = folder.resolve("data");
        DataDirectory data = DataDirectory.open(directory);
        var pipeline =
                Pipeline.start(
                        new PipelineSettings(
                                new ConfigLoader(Map.of()).load(configuration),
                                data,
                                parts,
                                0,
                                new SimpleMeterRegistry(),
                                SinkListener.NONE,
                                false,
                                true));
        var server =
                UsageServer.start(
                        GatewayServer.address(pipeline.config()),
                        pipeline.config(),
                        usage(
                                pipeline.config(),
                                Pipeline.jdbcUrl(pipeline.config(), data),
                                pipeline::hasRoom),
                        HeapShare.AMPLE,
                        InstantSource.system(),
                        System::nanoTime);
        return new ServedPipeline(configuration, directory, data, pipeline, server);
    }

    private static GatewaySettings.Pipeline usage(
            MillraceConfig config, String jdbcUrl, BooleanSupplier hasRoom) {
        return PipelineUsage.of(
                config,
                jdbcUrl,
                InstantSource.system(),
                System::nanoTime,
                RandomGenerator.getDefault(),
                hasRoom);
    }

    /** Returns the data and operations of a gateway of this pipeline. */
    public GatewaySettings.Pipeline usage() {
        return usage(config(), jdbcUrl(), pipeline::hasRoom);
    }

    /** Starts a gateway of this pipeline at any port; returns when it is ready. */
    public GatewayServer startGateway() {
        var gateway =
                GatewayServer.start(
                        BindAddress.configured(new ListenAddress("127.0.0.1", 0), "the test"),
                        new GatewaySettings(
                                config(),
                                usage(),
                                new StoreLocation.Folder(directory.resolveSibling("files")),
                                new SimpleMeterRegistry(),
                                InstantSource.system(),
                                System::nanoTime,
                                new SecureRandom(),
                                PipelineUsage.forecasts(config()),
                                HeapShare.AMPLE));
        await().until(() -> gateway.health().ready());
        return gateway;
    }

    public MillraceConfig config() {
        return pipeline.config();
    }

    public UsageServer server() {
        return server;
    }

    public String jdbcUrl() {
        return Pipeline.jdbcUrl(config(), data);
    }

    public Simulator simulator() {
        return pipeline.simulator().orElseThrow();
    }

    /**
     * Sets the behaviour of a model from the next call on.
     *
     * @param behaviour simulator settings of a model, as JSON
     */
    public void behave(String model, String behaviour) {
        var settings =
                SimulatorSettings.parse(
                        "test", "{\"models\":{\"%s\":%s}}".formatted(model, behaviour));
        simulator().models().put(model, Objects.requireNonNull(settings.models().get(model)));
    }

    /** Returns the number of calls that the provider received for a model. */
    public long calls(String model) {
        return simulator().ledger().entries().stream()
                .filter(it -> it.model().equals(model))
                .count();
    }

    /**
     * Runs a command for this pipeline and returns its output. Runs one command at a time, because
     * the command prints to the streams of this process.
     */
    public Ended run(String... words) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        PrintStream systemOut = System.out;
        PrintStream systemErr = System.err;
        System.setOut(new PrintStream(out, true, UTF_8));
        System.setErr(new PrintStream(err, true, UTF_8));
        try {
            int code = execute(words);
            return new Ended(code, out.toString(UTF_8), err.toString(UTF_8));
        } finally {
            System.setOut(systemOut);
            System.setErr(systemErr);
        }
    }

    /** Runs a command for this pipeline beside others; returns its exit code. */
    public int execute(String... words) {
        var pipelineOptions =
                Stream.of("--data-dir", directory.toString(), "--config", configuration.toString());
        return Commands.execute(
                Stream.concat(Stream.of(words), pipelineOptions).toArray(String[]::new));
    }

    @Override
    public void close() {
        server.close();
        pipeline.close();
        data.close();
    }
}
