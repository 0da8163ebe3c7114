package dev.millrace.standalone.cli;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.config.ConfigException;
import dev.millrace.contracts.config.ListenAddress;
import dev.millrace.contracts.config.MillraceConfig;
import dev.millrace.contracts.service.Health;
import dev.millrace.sink.SinkListener;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Interrupts;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.data.DataDirectory;
import dev.millrace.standalone.ops.OpsServer;
import dev.millrace.standalone.pipeline.Part;
import dev.millrace.standalone.pipeline.Pipeline;
import dev.millrace.standalone.pipeline.PipelineSettings;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

/** Keeps parts of a pipeline running until a signal comes or one of them stops. */
final class Serving {
    private static final long LOOK_AROUND_MILLIS = 500;
    private static final Map<String, Health> STARTING =
            Map.of("millrace", Health.waiting("starting"));

    private final MillraceConfig config;
    private final Set<Part> parts;
    private final int brokerPort;
    private final ListenAddress listen;
    private final boolean acceptResend;
    private final Terminal terminal = Terminal.system();

    Serving(
            MillraceConfig config,
            Set<Part> parts,
            int brokerPort,
            ListenAddress listen,
            ResendChoice resend) {
        this.config = config;
        this.parts = parts;
        this.brokerPort = brokerPort;
        this.listen = listen;
        this.acceptResend = resend.accepted();
    }

    /** Serves and returns the exit code. */
    int serve(DataDirectory data) throws InterruptedException {
        if (parts.contains(Part.WORKER)) {
            requireSecrets();
        }
        Interrupts interrupts = Interrupts.install();
        var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        var running = new AtomicReference<Pipeline>();
        try (OpsServer ops = ops(registry, running);
                Pipeline pipeline = start(data, registry)) {
            running.set(pipeline);
            announce(pipeline, ops);
            while (!interrupts.await(LOOK_AROUND_MILLIS, TimeUnit.MILLISECONDS)) {
                pipeline.requireAlive();
            }
            terminal.say("stopping: running calls are finished and kept; again to stop at once");
        }
        return ExitCode.OK;
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
        try {
            return OpsServer.start(
                    listen,
                    registry,
                    () -> {
                        Pipeline pipeline = running.get();
                        return pipeline == null ? STARTING : pipeline.health();
                    });
        } catch (RuntimeException e) {
            throw UserError.failure(
                    "Metrics and health cannot be served on "
                            + listen
                            + " (is the port in use?); choose another with --metrics HOST:PORT or"
                            + " metrics.listen");
        }
    }

    private Pipeline start(DataDirectory data, PrometheusMeterRegistry registry) {
        return Pipeline.start(
                new PipelineSettings(
                        config,
                        data,
                        parts,
                        brokerPort,
                        registry,
                        SinkListener.NONE,
                        acceptResend));
    }

    private void announce(Pipeline pipeline, OpsServer ops) {
        terminal.out().println("bootstrap " + pipeline.bootstrapServers());
        pipeline.simulator().ifPresent(it -> terminal.out().println("simulator " + it.baseUri()));
        terminal.out().println("metrics http://" + address(ops) + "/metrics");
        terminal.out().println("health http://" + address(ops) + "/health");
        terminal.out()
                .println(
                        "running "
                                + parts.stream()
                                        .sorted()
                                        .map(Part::word)
                                        .collect(Collectors.joining(", "))
                                + "; Ctrl-C stops");
        terminal.out().flush();
    }

    private ListenAddress address(OpsServer ops) {
        return new ListenAddress(listen.host(), ops.port());
    }
}
