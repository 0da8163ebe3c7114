package dev.millrace.standalone.cli.service;

import dev.millrace.broker.BrokerStartException;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.config.ListenAddress;
import dev.millrace.contracts.config.MillraceConfig;
import dev.millrace.contracts.rights.Role;
import dev.millrace.contracts.service.Health;
import dev.millrace.reader.problem.ConfigException;
import dev.millrace.sink.SinkListener;
import dev.millrace.standalone.access.AccessCheck;
import dev.millrace.standalone.cli.options.ResendOption;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.ListenFailure;
import dev.millrace.standalone.console.StopSignals;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.data.DataDirectory;
import dev.millrace.standalone.ops.BindAddress;
import dev.millrace.standalone.ops.OpsServer;
import dev.millrace.standalone.ops.ServiceMetrics;
import dev.millrace.standalone.ops.UsageServer;
import dev.millrace.standalone.pipeline.Pipeline;
import dev.millrace.standalone.pipeline.PipelinePart;
import dev.millrace.standalone.pipeline.PipelineSettings;
import dev.millrace.standalone.pipeline.PipelineStartException;
import dev.millrace.standalone.usage.BacklogMetrics;
import dev.millrace.standalone.usage.PipelineUsage;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Runs parts of a pipeline until a signal arrives or a part fails. */
final class ServiceRunner {
    private static final String LOOPBACK = "127.0.0.1";
    private static final long HEALTH_CHECK_MILLIS = 500;
    private static final Map<String, Health> STARTING =
            Map.of("millrace", Health.waiting("starting"));

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
        this.config = config;
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
            requireSecrets();
        }
        if (!config.isEmbedded()) {
            parts.stream().sorted().map(ServiceRunner::role).forEach(this::requireAccess);
        }
        StopSignals stopSignals = StopSignals.install();
        var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        var running = new AtomicReference<Pipeline>();
        try (OpsServer ops = ops(registry, running);
                Pipeline pipeline = start(data, registry)) {
            running.set(pipeline);
            ServiceMetrics.registerHealth(registry, pipeline::health);
            if (data != null) {
                ServiceMetrics.registerDisk(registry, data.root());
            }
            announce(pipeline, ops);
            // Last, so that it does not delay the services.
            try (UsageServer _ = usage(pipeline, data);
                    BacklogMetrics _ = backlog(pipeline, registry)) {
                while (!stopSignals.await(HEALTH_CHECK_MILLIS, TimeUnit.MILLISECONDS)) {
                    pipeline.requireAlive();
                }
            }
            terminal.say("stopping after the calls in flight; press Ctrl-C again to stop at once");
        }
        return ExitCode.OK;
    }

    private static Optional<Role> role(PipelinePart part) {
        return switch (part) {
            case ROUTER -> Optional.of(Role.ROUTER);
            case WORKER -> Optional.of(Role.WORKER);
            case SINK -> Optional.of(Role.SINK);
            case BROKER, SIMULATOR -> Optional.empty();
        };
    }

    private void requireAccess(Optional<Role> role) {
        role.map(it -> AccessCheck.require(config, it))
                .orElse(List.of())
                .forEach(it -> terminal.say("missing right, not required: " + it));
    }

    private void requireSecrets() {
        Set<String> providers =
                config.modelsInService().stream()
                        .filter(model -> config.worker().models().includes(model.name()))
                        .map(Model::provider)
                        .collect(Collectors.toSet());
        var problems = config.problemsOfProviders(providers);
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
    }

    private OpsServer ops(PrometheusMeterRegistry registry, AtomicReference<Pipeline> running) {
        OpsServer ops =
                OpsServer.start(
                        bindAddress,
                        registry,
                        () -> {
                            Pipeline pipeline = running.get();
                            return pipeline == null ? STARTING : pipeline.health();
                        });
        if (bindAddress.setting().isEmpty() && !ops.address().equals(bindAddress.address())) {
            terminal.say(
                    "%s is in use; metrics and health are on %s"
                            .formatted(bindAddress.address(), ops.address()));
        }
        return ops;
    }

    /** Starts the usage API if a sink runs in this process; otherwise returns null. */
    private @Nullable UsageServer usage(Pipeline pipeline, @Nullable DataDirectory data) {
        if (!parts.contains(PipelinePart.SINK)) {
            return null;
        }
        String jdbcUrl =
                data == null ? config.sink().jdbcUrl() : Pipeline.jdbcUrl(pipeline.config(), data);
        UsageServer usage =
                PipelineUsage.start(
                        pipeline.config(),
                        jdbcUrl,
                        InstantSource.system(),
                        System::nanoTime,
                        RandomGenerator.getDefault());
        terminal.out().println("api " + usage.url());
        terminal.out().println("dashboard " + usage.dashboardUrl());
        terminal.out().flush();
        return usage;
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
                                        .sorted()
                                        .map(PipelinePart::word)
                                        .collect(Collectors.joining(", "))
                                + "; Ctrl-C stops");
        terminal.out().flush();
    }
}
