package dev.millrace.standalone.ops;

import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code millrace health}: asks a running service for its health. */
@Command(
        name = "health",
        description = {
            "Asks a service of this machine or container for its health. Prints one line, and ends"
                    + " with 0 if the service is ready, with 1 otherwise."
        })
public final class HealthCommand implements Callable<Integer> {
    @Parameters(
            arity = "0..1",
            paramLabel = "URL",
            description =
                    "The health path; default: MILLRACE_HEALTH_URL, or else "
                            + HealthProbe.DEFAULT_URL
                            + ".")
    private @Nullable String url;

    @Override
    public Integer call() {
        String asked = url == null ? HealthProbe.defaultUrl(System.getenv()) : url;
        return HealthProbe.at(asked)
                .orElseThrow(
                        () ->
                                UserError.usage(
                                        "The URL of the health path must be like "
                                                + HealthProbe.DEFAULT_URL
                                                + ", was "
                                                + asked))
                .report(Terminal.system().out());
    }
}
