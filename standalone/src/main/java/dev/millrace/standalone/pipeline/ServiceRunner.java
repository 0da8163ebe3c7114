package dev.millrace.standalone.pipeline;

import dev.millrace.broker.BrokerStartException;
import dev.millrace.configuration.ListenAddress;
import dev.millrace.configuration.MillraceConfig;
import dev.millrace.contracts.service.Health;
import dev.millrace.gateway.GatewaySettings;
import dev.millrace.sink.SinkListener;
import dev.millrace.standalone.cluster.AccessCheck;
import dev.millrace.standalone.cluster.ClusterAccess;
import dev.millrace.standalone.cluster.Role;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.ListenFailure;
import dev.millrace.standalone.console.StopSignals;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.data.DataDirectory;
import dev.millrace.standalone.ops.BindAddress;
import dev.millrace.standalone.ops.GatewayServer;
import dev.millrace.standalone.ops.OpsServer;
import dev.millrace.standalone.ops.ServiceMetrics;
import dev.millrace.standalone.usage.BacklogMetrics;
import dev.millrace.standalone.usage.PipelineUsage;
import dev.millrace.store.database.Database;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Runs parts of a pipeline until a signal arrives or a part fails. */
final class ServiceRunner {
    private static final String LOOPBACK = "127.0.0.1";
    private static final Duration HEALTH_CHECK_INTERVAL = Duration.ofMillis(500);

    private final MillraceConfig config;
    private final Set<PipelinePart> parts;
    private final int brokerPort;
    private final BindAddress bindAddress;
    private final boolean acceptResend;
    private final Terminal terminal = Terminal.system();

    ServiceRunner(
            MillraceConfig config,
            Set<PipelinePart> parts,
            int brokerPort,
            BindAddress bindAddress,
            ResendOption resendOption) {
        // Without an embedded broker, workers elsewhere may have the keys that this process lacks.
        this.config =
                config.isEmbedded() && parts.contains(PipelinePart.WORKER)
                        ? config.withUncallableProvidersOff()
                        : config;
        this.parts = parts;
        this.brokerPort = brokerPort;
        this.bindAddress = bindAddress;
        this.acceptResend = resendOption.isAccepted();
    }

    /**
     * Runs the parts and returns the exit code.
     *
     * @param data null when no part keeps files
     */
    int run(@Nullable DataDirectory data) throws InterruptedException {
        if (parts.contains(PipelinePart.WORKER)) {
            requireProvider();
        }
        // A refusal ends the process before it listens or handles signals.
        ClusterAccess access = checkAccess(data);
        StopSignals stopSignals = StopSignals.install();
        var wait = new ClusterWait(() -> checkAccess(data), stopSignals, terminal::say);
        var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        var running = new AtomicReference<@Nullable Supplier<Map<String, Health>>>();
        Supplier<Map<String, Health>> health = () -> health(running.get(), wait);
        ServiceMetrics.registerHealth(registry, health);
        if (data != null) {
            ServiceMetrics.registerDisk(registry, data.root());
        }
        try (OpsServer ops = ops(registry, health)) {
            if (wait.await(access)) {
                run(data, registry, ops, running, stopSignals);
            }
        }
        return ExitCode.OK;
    }

    /** Returns the health of each part, before and after the start of the pipeline. */
    private Map<String, Health> health(
            @Nullable Supplier<Map<String, Health>> running, ClusterWait wait) {
        return running == null
                ? parts.stream().collect(Collectors.toMap(PipelinePart::word, _ -> wait.health()))
                : running.get();
    }

    private void run(
            @Nullable DataDirectory data,
            PrometheusMeterRegistry registry,
            OpsServer ops,
            AtomicReference<@Nullable Supplier<Map<String, Health>>> running,
            StopSignals stopSignals)
            throws InterruptedException {
        try (Pipeline pipeline = start(data, registry)) {
            running.set(pipeline::health);
            announce(pipeline, ops);
            // Last, so that it does not delay the services.
            try (var added = AddedPartitions.watch(pipeline.config(), System::nanoTime);
                    BacklogMetrics _ = backlog(pipeline, registry);
                    GatewayServer gateway = gateway(pipeline, registry, data)) {
                running.set(() -> added.addTo(withGateway(pipeline.health(), gateway)));
                var stoppedCalls = new StoppedCallsMonitor(terminal, pipeline::health);
                while (!stopSignals.isEnded(HEALTH_CHECK_INTERVAL)) {
                    pipeline.requireAlive();
                    added.onTick();
                    if (data != null) {
                        // Without a data directory, the log goes to the terminal.
                        stoppedCalls.onTick(() -> {});
                    }
                }
            }
            terminal.say("stopping after the calls in flight; press Ctrl-C again to stop at once");
        }
    }

    private static Optional<Role> role(PipelinePart part) {
        return switch (part) {
            case ROUTER -> Optional.of(Role.ROUTER);
            case WORKER -> Optional.of(Role.WORKER);
            case SINK -> Optional.of(Role.SINK);
            case RETRIEVAL -> Optional.of(Role.RETRIEVAL);
            case GATEWAY -> Optional.of(Role.GATEWAY);
            case BROKER, SIMULATOR -> Optional.empty();
        };
    }

    /** Checks the cluster of all parts, and the database of a gateway without a sink. */
    private ClusterAccess checkAccess(@Nullable DataDirectory data) {
        Optional<ClusterAccess> missing =
                parts.contains(PipelinePart.GATEWAY) && !parts.contains(PipelinePart.SINK)
                        ? missingDatabase(jdbcUrl(data))
                        : Optional.empty();
        if (config.isEmbedded() && missing.isPresent()) {
            throw UserError.usage(
                    "The gateway reads the database of the sink, which does not exist yet. Add sink"
                            + " to --only");
        }
        return missing.orElseGet(this::checkCluster);
    }

    /** Checks the cluster; an embedded broker needs no check. */
    private ClusterAccess checkCluster() {
        var missing = new ArrayList<String>();
        if (!config.isEmbedded()) {
            for (Role role : roles()) {
                switch (AccessCheck.check(config, role)) {
                    case ClusterAccess.Usable usable -> missing.addAll(usable.missing());
                    case ClusterAccess.Unreachable unreachable -> {
                        return unreachable;
                    }
                }
            }
        }
        missing.forEach(it -> terminal.say("missing right, not required: " + it));
        return new ClusterAccess.Usable(missing);
    }

    /**
     * Returns the sink's database. Without a data directory, a gateway reads the default database
     * of a sink in its working directory.
     */
    private String jdbcUrl(@Nullable DataDirectory data) {
        return data == null
                ? Pipeline.jdbcUrl(
                        config,
                        DataDirectory.database(
                                ServiceDirectoryOption.defaultDirectory(PipelinePart.SINK)))
                : Pipeline.jdbcUrl(config, data);
    }

    /** Returns the file that the sink has not made yet, or that only the sink's machine has. */
    private Optional<ClusterAccess> missingDatabase(String jdbcUrl) {
        return Database.file(jdbcUrl)
                .filter(it -> !Files.exists(it))
                .map(
                        it ->
                                new ClusterAccess.Unreachable(
                                        "the database of the sink",
                                        it
                                                + " does not exist on this machine. Start the sink,"
                                                + " or name its database in sink.jdbc_url in "
                                                + config.origin()
                                                + ". If the sink runs on another machine, both need"
                                                + " PostgreSQL"));
    }

    private List<Role> roles() {
        return parts.stream().sorted().map(ServiceRunner::role).flatMap(Optional::stream).toList();
    }

    /** Says which providers are off for the worker, and refuses a worker without a provider. */
    private void requireProvider() {
        MillraceConfig worker = config.withUncallableProvidersOff();
        worker.requireAnyInService(
                worker.catalog().models().stream()
                        .filter(model -> worker.worker().models().includes(model.name()))
                        .toList());
        worker.offText().ifPresent(terminal::say);
    }

    private OpsServer ops(PrometheusMeterRegistry registry, Supplier<Map<String, Health>> health) {
        OpsServer ops = OpsServer.start(bindAddress, registry, health);
        sayIfMoved(bindAddress, "metrics and health are on", ops.address());
        return ops;
    }

    /** Says that a server does not listen on its default address, where a client may expect it. */
    private void sayIfMoved(BindAddress wanted, String server, ListenAddress actual) {
        if (wanted.setting().isEmpty() && !actual.equals(wanted.address())) {
            terminal.say("%s is in use; %s %s".formatted(wanted.address(), server, actual));
        }
    }

    private static Map<String, Health> withGateway(
            Map<String, Health> others, @Nullable GatewayServer gateway) {
        var health = new LinkedHashMap<>(others);
        if (gateway != null) {
            health.put(PipelinePart.GATEWAY.word(), gateway.health());
        }
        return health;
    }

    /** Starts the gateway if it runs in this process; otherwise returns null. */
    private @Nullable GatewayServer gateway(
            Pipeline pipeline, PrometheusMeterRegistry registry, @Nullable DataDirectory data) {
        if (!parts.contains(PipelinePart.GATEWAY)) {
            return null;
        }
        MillraceConfig started = pipeline.config();
        BindAddress address = GatewayServer.address(started);
        GatewayServer gateway =
                GatewayServer.start(
                        address,
                        new GatewaySettings(
                                started,
                                PipelineUsage.of(
                                        started,
                                        jdbcUrl(data),
                                        InstantSource.system(),
                                        System::nanoTime,
                                        RandomGenerator.getDefault(),
                                        pipeline::hasRoom),
                                Pipeline.files(started, data),
                                registry,
                                InstantSource.system(),
                                System::nanoTime,
                                new SecureRandom(),
                                PipelineUsage.forecasts(started),
                                Pipeline.heapShare(parts)));
        pipeline.passResultsTo(gateway::onCommitted);
        sayIfMoved(address, "the gateway is on", gateway.address());
        terminal.out().println("gateway " + gateway.url());
        terminal.out().println("api " + gateway.usageUrl());
        terminal.out().println("dashboard " + gateway.rootUrl());
        terminal.out().flush();
        return gateway;
    }

    /** Shows the backlog of the cluster if a sink runs in this process; otherwise returns null. */
    private @Nullable BacklogMetrics backlog(Pipeline pipeline, PrometheusMeterRegistry registry) {
        return parts.contains(PipelinePart.SINK)
                ? BacklogMetrics.start(
                        pipeline.config(), InstantSource.system(), System::nanoTime, registry)
                : null;
    }

    private Pipeline start(@Nullable DataDirectory data, PrometheusMeterRegistry registry) {
        try {
            return Pipeline.start(
                    new PipelineSettings(
                            config,
                            data,
                            parts,
                            brokerPort,
                            registry,
                            SinkListener.NONE,
                            acceptResend,
                            true));
        } catch (PipelineStartException e) {
            if (e.getCause() instanceof BrokerStartException broker
                    && broker.problem() == BrokerStartException.Problem.PORT_IN_USE) {
                Throwable cause = broker.getCause();
                throw ListenFailure.of(
                        new ListenAddress(LOOPBACK, brokerPort),
                        "--broker-port",
                        cause == null ? "in use" : String.valueOf(cause.getMessage()));
            }
            throw e;
        }
    }

    private void announce(Pipeline pipeline, OpsServer ops) {
        terminal.out().println("bootstrap " + pipeline.bootstrapServers());
        pipeline.simulator().ifPresent(it -> terminal.out().println("simulator " + it.baseUri()));
        terminal.out().println("metrics http://" + ops.address() + "/metrics");
        terminal.out().println("health http://" + ops.address() + "/health");
        terminal.out()
                .println(
                        "running "
                                + parts.stream()
                                        .filter(
                                                it ->
                                                        it != PipelinePart.SIMULATOR
                                                                || pipeline.simulator().isPresent())
                                        .sorted()
                                        .map(PipelinePart::word)
                                        .collect(Collectors.joining(", "))
                                + "; Ctrl-C stops");
        terminal.out().flush();
    }
}
