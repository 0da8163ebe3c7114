package dev.millrace.standalone.pipeline;

import dev.millrace.broker.BrokerFailure;
import dev.millrace.broker.EmbeddedBroker;
import dev.millrace.broker.EmbeddedBrokerSettings;
import dev.millrace.configuration.GatewayConfig;
import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.RetrievalConfig;
import dev.millrace.configuration.SinkConfig;
import dev.millrace.configuration.StoreLocation;
import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.contracts.kafka.KafkaConfig;
import dev.millrace.contracts.memory.HeapShare;
import dev.millrace.contracts.service.Health;
import dev.millrace.contracts.service.Service;
import dev.millrace.contracts.trace.Traces;
import dev.millrace.simulator.Simulator;
import dev.millrace.standalone.data.AnnouncedPipeline;
import dev.millrace.standalone.data.DataDirectory;
import dev.millrace.standalone.feature.Features;
import dev.millrace.standalone.simulator.BuiltInSimulator;
import dev.millrace.standalone.trace.Tracing;
import dev.millrace.store.database.Database;
import dev.millrace.worker.Worker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The running parts of this process. One thread starts and closes it. */
public final class Pipeline implements AutoCloseable {
    private static final List<PipelinePart> SERVICES =
            List.of(
                    PipelinePart.ROUTER,
                    PipelinePart.WORKER,
                    PipelinePart.SINK,
                    PipelinePart.RETRIEVAL);

    private final MillraceConfig config;
    private final @Nullable EmbeddedBroker broker;
    private final @Nullable Simulator simulator;
    private final Map<PipelinePart, Service> services;
    private final Traces traces;
    private boolean closed;

    private Pipeline(
            MillraceConfig config,
            @Nullable EmbeddedBroker broker,
            @Nullable Simulator simulator,
            Map<PipelinePart, Service> services,
            Traces traces) {
        this.config = config;
        this.broker = broker;
        this.simulator = simulator;
        this.services = services;
        this.traces = traces;
    }

    /**
     * Starts the parts concurrently and returns when all are started. The services may still be
     * joining their consumer groups.
     *
     * @throws PipelineStartException when a part cannot start; parts that have started are closed
     */
    public static Pipeline start(PipelineSettings settings) {
        var opened = new ArrayList<AutoCloseable>();
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<@Nullable Simulator> simulator =
                    executor.submit(
                            () ->
                                    settings.has(PipelinePart.SIMULATOR)
                                            ? BuiltInSimulator.start(settings.config())
                                            : null);
            EmbeddedBroker broker = null;
            if (settings.has(PipelinePart.BROKER)) {
                broker =
                        EmbeddedBroker.start(
                                EmbeddedBrokerSettings.in(settings.requireData().broker())
                                        .withPort(settings.brokerPort())
                                        .withMaxRecordBytes(
                                                ServiceFactory.maxRecordBytes(settings.config())));
                opened.add(broker);
            }
            return start(settings, broker, simulator.get(), executor, opened);
        } catch (Exception | Error e) {
            closeAll(opened);
            throw ServiceFactory.failure(e);
        }
    }

    private static Pipeline start(
            PipelineSettings settings,
            @Nullable EmbeddedBroker broker,
            @Nullable Simulator simulator,
            ExecutorService executor,
            List<AutoCloseable> opened) {
        if (simulator != null) {
            opened.add(simulator);
        }
        MillraceConfig config = settings.config();
        if (broker != null) {
            config = config.withKafka(KafkaConfig.of(broker.bootstrapServers()));
        }
        if (simulator != null) {
            config = BuiltInSimulator.locate(config, simulator.baseUri());
        }
        if (broker != null) {
            executor.execute(() -> ServiceFactory.preload(settings));
            ServiceFactory.applyTopics(settings, config);
        }
        Tracing tracing = Features.tracing(config, settings.meters(), InstantSource.system());
        opened.add(tracing.traces());
        config = followed(config, tracing.traces());
        var services = services(settings, config, tracing, executor, opened);
        if (broker != null) {
            settings.requireData()
                    .announce(
                            new AnnouncedPipeline(
                                    broker.bootstrapServers(),
                                    file(config.origin()),
                                    config.offText()));
        }
        return new Pipeline(config, broker, simulator, services, tracing.traces());
    }

    private static MillraceConfig followed(MillraceConfig config, Traces traces) {
        return config.kafka().map(it -> config.withKafka(traces.followed(it))).orElse(config);
    }

    /** Returns the file that a configuration was read from; empty for none. */
    private static Optional<Path> file(String origin) {
        return Optional.of(origin)
                .filter(it -> !it.equals(ConfigLoader.NO_FILE))
                .map(it -> Path.of(it).toAbsolutePath())
                .filter(Files::isRegularFile);
    }

    private static Map<PipelinePart, Service> services(
            PipelineSettings settings,
            MillraceConfig config,
            Tracing tracing,
            ExecutorService executor,
            List<AutoCloseable> opened) {
        var starting = new LinkedHashMap<PipelinePart, CompletableFuture<Service>>();
        for (PipelinePart part : SERVICES) {
            if (settings.has(part)) {
                starting.put(
                        part,
                        CompletableFuture.supplyAsync(
                                () -> ServiceFactory.service(part, settings, config, tracing),
                                executor));
            }
        }
        CompletableFuture.allOf(starting.values().toArray(CompletableFuture[]::new))
                .exceptionally(_ -> null)
                .join();
        var services = new LinkedHashMap<PipelinePart, Service>();
        starting.forEach(
                (part, future) -> {
                    if (!future.isCompletedExceptionally()) {
                        services.put(part, future.join());
                        opened.addFirst(future.join());
                    }
                });
        starting.values().forEach(CompletableFuture::join);
        return services;
    }

    /** Passes each result that a worker of this process commits to a receiver of this process. */
    void passResultsTo(BiConsumer<String, byte[]> receiver) {
        if (services.get(PipelinePart.WORKER) instanceof Worker worker) {
            worker.passResultsTo(receiver);
        }
    }

    /** Returns the share of this process's heap that each of the given parts may use. */
    public static HeapShare heapShare(Set<PipelinePart> parts) {
        return HeapShare.of(Runtime.getRuntime().maxMemory(), parts.size());
    }

    /** Returns true when a part keeps files in a data directory. */
    public static boolean keepsFiles(PipelinePart part, MillraceConfig config) {
        return switch (part) {
            case BROKER, ROUTER -> true;
            case SINK -> isDefaultDatabase(config);
            case WORKER, SIMULATOR, RETRIEVAL, GATEWAY -> false;
        };
    }

    private static boolean isDefaultDatabase(MillraceConfig config) {
        return config.sink().jdbcUrl().equals(SinkConfig.DEFAULT.jdbcUrl());
    }

    /** Returns the JDBC URL of the sink; the default database is in the data directory. */
    public static String jdbcUrl(MillraceConfig config, DataDirectory data) {
        return jdbcUrl(config, data.database());
    }

    /**
     * Returns the JDBC URL of the sink.
     *
     * @param database file of the default database
     */
    public static String jdbcUrl(MillraceConfig config, Path database) {
        return isDefaultDatabase(config) ? Database.sqliteUrl(database) : config.sink().jdbcUrl();
    }

    /**
     * Returns where the files that clients of the gateway upload are stored; by default, in the
     * data directory if this process has one.
     */
    public static StoreLocation files(MillraceConfig config, @Nullable DataDirectory data) {
        GatewayConfig.Files files = config.gateway().files();
        return data == null ? files.location() : files(files, data.files());
    }

    /**
     * Returns where the files that clients of the gateway upload are stored.
     *
     * @param inDataDirectory the default
     */
    public static StoreLocation files(GatewayConfig.Files files, Path inDataDirectory) {
        return files.store().equals(GatewayConfig.DEFAULT.files().store())
                ? new StoreLocation.Folder(inDataDirectory)
                : files.location();
    }

    /**
     * Returns the folder of the indexes of documents; by default, in the data directory if this
     * process has one.
     */
    public static Path index(MillraceConfig config, @Nullable DataDirectory data) {
        String configured = config.retrieval().index();
        return data != null && configured.equals(RetrievalConfig.DEFAULT.index())
                ? data.index()
                : Path.of(configured);
    }

    /** Returns the configuration with the actual addresses of broker and simulator. */
    public MillraceConfig config() {
        return config;
    }

    /** Returns the {@code host:port} pairs that Kafka clients connect to. */
    public String bootstrapServers() {
        return config.kafka().orElseThrow().bootstrapServers();
    }

    /** Returns false if the broker of this process has almost no disk left. */
    public boolean hasRoom() {
        return broker == null || broker.hasRoom();
    }

    /** Returns the health of each part in this process, by part name. */
    public Map<String, Health> health() {
        var health = new LinkedHashMap<String, Health>();
        if (broker != null) {
            BrokerFailure failure = failure(broker);
            health.put(
                    PipelinePart.BROKER.word(),
                    failure == null
                            ? Health.ready(broker.bootstrapServers())
                            : Health.stopped(failure.message()));
        }
        if (simulator != null) {
            health.put(
                    PipelinePart.SIMULATOR.word(),
                    Health.ready(String.valueOf(simulator.baseUri())));
        }
        services.forEach((part, service) -> health.put(part.word(), service.health()));
        return health;
    }

    /** Returns the built-in simulator if it runs. */
    public Optional<Simulator> simulator() {
        return Optional.ofNullable(simulator);
    }

    /**
     * Checks that no part has failed.
     *
     * @throws PartStoppedException when a part has failed
     */
    public void requireAlive() {
        if (broker != null) {
            BrokerFailure failure = failure(broker);
            if (failure != null) {
                throw new PartStoppedException(failure.message());
            }
        }
        health().forEach(
                        (name, health) -> {
                            if (!health.live()) {
                                throw new PartStoppedException(
                                        "The " + name + " has stopped: " + health.detail());
                            }
                        });
    }

    private static @Nullable BrokerFailure failure(EmbeddedBroker broker) {
        return broker.failure().toCompletableFuture().getNow(null);
    }

    /**
     * Stops router, worker and retrieval first, so that calls in flight end, then the sink, then
     * simulator and broker. Idempotent.
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            executor.execute(() -> close(PipelinePart.ROUTER));
            executor.execute(() -> close(PipelinePart.WORKER));
            executor.execute(() -> close(PipelinePart.RETRIEVAL));
        }
        close(PipelinePart.SINK);
        traces.close();
        if (simulator != null) {
            simulator.close();
        }
        if (broker != null) {
            broker.close();
        }
    }

    private void close(PipelinePart part) {
        Service service = services.get(part);
        if (service != null) {
            service.close();
        }
    }

    private static void closeAll(List<AutoCloseable> opened) {
        for (AutoCloseable each : opened) {
            try {
                each.close();
            } catch (Exception e) {
                ServiceFactory.logCloseFailure(e);
            }
        }
    }
}
