package dev.millrace.standalone.pipeline;

import dev.millrace.broker.BrokerFailure;
import dev.millrace.broker.EmbeddedBroker;
import dev.millrace.broker.EmbeddedBrokerSettings;
import dev.millrace.contracts.config.KafkaConfig;
import dev.millrace.contracts.config.MillraceConfig;
import dev.millrace.contracts.config.SinkConfig;
import dev.millrace.contracts.memory.HeapShare;
import dev.millrace.contracts.service.Health;
import dev.millrace.contracts.service.Service;
import dev.millrace.simulator.Simulator;
import dev.millrace.standalone.data.DataDirectory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** The running parts of this process. Started and closed by one thread. */
public final class Pipeline implements AutoCloseable {
    private final MillraceConfig config;
    private final @Nullable EmbeddedBroker broker;
    private final @Nullable Simulator simulator;
    private final Map<Part, Service> services;
    private boolean closed;

    private Pipeline(
            MillraceConfig config,
            @Nullable EmbeddedBroker broker,
            @Nullable Simulator simulator,
            Map<Part, Service> services) {
        this.config = config;
        this.broker = broker;
        this.simulator = simulator;
        this.services = services;
    }

    /**
     * Starts the parts side by side and returns when all are started; the services may still be
     * joining their groups.
     *
     * @throws StartFailure when one cannot be started; what was started is stopped again
     */
    public static Pipeline start(PipelineSettings settings) {
        var opened = new ArrayList<AutoCloseable>();
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var simulator = executor.submit(() -> Starts.simulator(settings));
            EmbeddedBroker broker = null;
            if (settings.has(Part.BROKER)) {
                broker =
                        EmbeddedBroker.start(
                                EmbeddedBrokerSettings.in(settings.folder().broker())
                                        .withPort(settings.brokerPort())
                                        .withMaxRecordBytes(
                                                Starts.maxRecordBytes(settings.config())));
                opened.add(broker);
            }
            return start(settings, broker, simulator.get(), executor, opened);
        } catch (Exception | Error e) {
            closeAll(opened);
            throw Starts.failure(e);
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
            config = Starts.withSimulatorAt(config, simulator.baseUri());
        }
        if (broker != null) {
            Starts.applyTopics(config);
        }
        var services = services(settings, config, executor, opened);
        if (broker != null) {
            settings.folder().announce(Optional.of(broker.bootstrapServers()));
        }
        return new Pipeline(config, broker, simulator, services);
    }

    private static Map<Part, Service> services(
            PipelineSettings settings,
            MillraceConfig config,
            ExecutorService executor,
            List<AutoCloseable> opened) {
        var starting = new LinkedHashMap<Part, CompletableFuture<Service>>();
        for (Part part : List.of(Part.ROUTER, Part.WORKER, Part.SINK)) {
            if (settings.has(part)) {
                starting.put(
                        part,
                        CompletableFuture.supplyAsync(
                                () -> Starts.service(part, settings, config), executor));
            }
        }
        CompletableFuture.allOf(starting.values().toArray(CompletableFuture[]::new))
                .exceptionally(_ -> null)
                .join();
        var services = new LinkedHashMap<Part, Service>();
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

    /** Returns the heap that each of these parts may plan with in this process. */
    public static HeapShare heapShare(Set<Part> parts) {
        return HeapShare.of(Runtime.getRuntime().maxMemory(), parts.size());
    }

    /** Returns true when a part keeps files in a data directory. */
    public static boolean keepsFiles(Part part, MillraceConfig config) {
        return switch (part) {
            case BROKER, ROUTER -> true;
            case SINK -> isDefaultDatabase(config);
            case WORKER, SIMULATOR -> false;
        };
    }

    private static boolean isDefaultDatabase(MillraceConfig config) {
        return config.sink().jdbcUrl().equals(SinkConfig.DEFAULT.jdbcUrl());
    }

    /** The sink's database of a configuration; the default one lies in the data directory. */
    public static String jdbcUrl(MillraceConfig config, DataDirectory data) {
        return isDefaultDatabase(config)
                ? "jdbc:sqlite:" + data.database()
                : config.sink().jdbcUrl();
    }

    /** The configuration with the cluster and the simulator as they run. */
    public MillraceConfig config() {
        return config;
    }

    /** Where Kafka clients connect to, as {@code host:port} pairs. */
    public String bootstrapServers() {
        return config.kafka().orElseThrow().bootstrapServers();
    }

    /** How each part is that runs in this process, by its name. */
    public Map<String, Health> health() {
        var health = new LinkedHashMap<String, Health>();
        if (broker != null) {
            BrokerFailure failure = failure(broker);
            health.put(
                    Part.BROKER.word(),
                    failure == null
                            ? Health.ready(broker.bootstrapServers())
                            : Health.stopped(failure.message()));
        }
        if (simulator != null) {
            health.put(Part.SIMULATOR.word(), Health.ready(String.valueOf(simulator.baseUri())));
        }
        services.forEach((part, service) -> health.put(part.word(), service.health()));
        return health;
    }

    /** The built-in simulator, when it runs. */
    public Optional<Simulator> simulator() {
        return Optional.ofNullable(simulator);
    }

    /**
     * Checks that everything still works.
     *
     * @throws PartStopped when a part has stopped by a fault
     */
    public void requireAlive() {
        if (broker != null) {
            BrokerFailure failure = failure(broker);
            if (failure != null) {
                throw new PartStopped(failure.message());
            }
        }
        health().forEach(
                        (name, health) -> {
                            if (!health.live()) {
                                throw new PartStopped(
                                        "The " + name + " has stopped: " + health.detail());
                            }
                        });
    }

    private static @Nullable BrokerFailure failure(EmbeddedBroker broker) {
        return broker.failure().toCompletableFuture().getNow(null);
    }

    /**
     * Stops router and worker first, which lets running calls end, then what keeps their results,
     * then the rest. Doing it again does nothing.
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            executor.execute(() -> close(Part.ROUTER));
            executor.execute(() -> close(Part.WORKER));
        }
        close(Part.SINK);
        if (simulator != null) {
            simulator.close();
        }
        if (broker != null) {
            broker.close();
        }
    }

    private void close(Part part) {
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
                Starts.logCloseFailure(e);
            }
        }
    }
}
