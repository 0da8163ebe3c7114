package dev.millrace.standalone.simulator;

import dev.millrace.configuration.ListenAddress;
import dev.millrace.simulator.Simulator;
import dev.millrace.simulator.settings.SimulatorSettings;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.ListenFailure;
import dev.millrace.standalone.console.StopSignals;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import dev.millrace.yaml.document.TextFile;
import dev.millrace.yaml.problem.ConfigException;
import dev.millrace.yaml.problem.Problems;
import dev.millrace.yaml.problem.Violation;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code millrace simulator}: runs the simulated provider alone. */
@Command(
        name = "simulator",
        description =
                "Runs the simulated provider alone. It answers OpenAI and Anthropic requests under"
                        + " /v1.")
public final class SimulatorCommand implements Callable<Integer> {
    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "0",
            description = "Port to listen on; default: a free port, which is printed.")
    private int port;

    @Option(
            names = "--host",
            paramLabel = "HOST",
            defaultValue = "127.0.0.1",
            description = "Address to listen on; default: ${DEFAULT-VALUE}.")
    private String host = "127.0.0.1";

    @Option(
            names = "--settings",
            paramLabel = "FILE",
            description =
                    "Simulated behaviour, in YAML or JSON; default: every model answers at once.")
    private @Nullable Path settings;

    @Override
    public Integer call() throws InterruptedException {
        ListenAddress listen = address();
        StopSignals stopSignals = StopSignals.install();
        try (Simulator simulator = Simulator.start(read(), host, port)) {
            Terminal.system().out().println("simulator " + simulator.baseUri());
            while (!stopSignals.isEnded(Duration.ofDays(1))) {
                // Waits for a signal.
            }
        } catch (UncheckedIOException e) {
            throw ListenFailure.of(listen, "--host and --port", rootMessage(e));
        }
        return ExitCode.OK;
    }

    private ListenAddress address() {
        try {
            return new ListenAddress(host, port);
        } catch (Violation e) {
            throw UserError.usage("--host and --port: " + e.expected());
        }
    }

    private static String rootMessage(Throwable failure) {
        Throwable cause = failure.getCause();
        return cause == null ? String.valueOf(failure.getMessage()) : rootMessage(cause);
    }

    private SimulatorSettings read() {
        if (settings == null) {
            return SimulatorSettings.DEFAULT;
        }
        String name = settings.toString();
        var problems = new Problems(name);
        return TextFile.read(settings, problems)
                .map(text -> SimulatorSettings.parse(name, text))
                .orElseThrow(() -> new ConfigException(problems.inOrder()));
    }
}
