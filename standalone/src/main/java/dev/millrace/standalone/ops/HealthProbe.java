package dev.millrace.standalone.ops;

import dev.millrace.standalone.console.ExitCode;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Asks a running service for its health, once.
 *
 * @param url the health path of the service, an http address
 */
public record HealthProbe(URI url) {
    /** The health URL of a service with the default {@code metrics.listen}. */
    public static final String DEFAULT_URL = "http://127.0.0.1:9464/health";

    /** The environment variable that replaces {@link #DEFAULT_URL}. */
    public static final String URL_VARIABLE = "MILLRACE_HEALTH_URL";

    private static final String COMMAND = "health";
    private static final int CONNECT_TIMEOUT_MILLIS = 2_000;
    private static final int READ_TIMEOUT_MILLIS = 5_000;
    private static final int MAX_SHOWN_BYTES = 2_000;

    /**
     * The answer of a service.
     *
     * @param isHealthy true when the service is ready
     * @param line line to print: the address, and why a service is not healthy
     */
    public record Answer(boolean isHealthy, String line) {}

    /**
     * Returns the probe of the command line {@code health} or {@code health URL} with a usable URL;
     * empty for any other command line. Works without a command-line parser.
     */
    public static Optional<HealthProbe> of(
            List<String> arguments, Map<String, String> environment) {
        if (arguments.isEmpty() || !arguments.getFirst().equals(COMMAND) || arguments.size() > 2) {
            return Optional.empty();
        }
        return at(arguments.size() == 2 ? arguments.get(1) : defaultUrl(environment));
    }

    /** Returns the probe of an http address, or nothing when the text is no such address. */
    public static Optional<HealthProbe> at(String url) {
        try {
            URI uri = URI.create(url);
            return "http".equals(uri.getScheme()) && uri.getHost() != null
                    ? Optional.of(new HealthProbe(uri))
                    : Optional.empty();
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /** Returns the address to ask when the command line names none. */
    public static String defaultUrl(Map<String, String> environment) {
        String configured = environment.getOrDefault(URL_VARIABLE, "");
        return configured.isEmpty() ? DEFAULT_URL : configured;
    }

    /** Asks the service, prints its answer as one line, and returns the exit code. */
    public int report(PrintStream out) {
        Answer answer = ask();
        out.println(answer.line());
        return answer.isHealthy() ? ExitCode.OK : ExitCode.FAILURE;
    }

    /** Asks the service, and waits for its answer for a few seconds at most. */
    public Answer ask() {
        try {
            var connection = (HttpURLConnection) url.toURL().openConnection(Proxy.NO_PROXY);
            connection.setConnectTimeout(CONNECT_TIMEOUT_MILLIS);
            connection.setReadTimeout(READ_TIMEOUT_MILLIS);
            connection.setInstanceFollowRedirects(false);
            int status = connection.getResponseCode();
            return status == HttpURLConnection.HTTP_OK
                    ? new Answer(true, "healthy: " + url)
                    : new Answer(
                            false,
                            ("not healthy: " + url + " answered " + status + " " + body(connection))
                                    .strip());
        } catch (IOException e) {
            return new Answer(false, "not healthy: no answer from " + url + ": " + e.getMessage());
        }
    }

    private static String body(HttpURLConnection connection) throws IOException {
        try (InputStream body = connection.getErrorStream()) {
            return body == null
                    ? ""
                    : new String(body.readNBytes(MAX_SHOWN_BYTES), StandardCharsets.UTF_8)
                            .replaceAll("\\s+", " ");
        }
    }
}
