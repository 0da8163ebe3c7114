package dev.millrace.standalone.ops;

import dev.millrace.contracts.config.ListenAddress;
import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.contracts.service.Health;
import dev.millrace.standalone.console.UserError;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerResponse;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import tools.jackson.core.JsonGenerator;

/**
 * Serves {@code /metrics}, {@code /health}, {@code /health/live} and {@code /health/ready} for all
 * services of this process. A health path answers 200 when every service is healthy and 503
 * otherwise, with a JSON object that gives the reasons.
 */
public final class OpsServer implements AutoCloseable {
    private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final HttpListener listener;

    private OpsServer(HttpListener listener) {
        this.listener = listener;
    }

    /**
     * Starts the server.
     *
     * @param health the health of each part of this process, by part name
     * @throws UserError when a configured address, or every port tried for a default one, cannot be
     *     bound
     */
    public static OpsServer start(
            BindAddress address,
            PrometheusMeterRegistry registry,
            Supplier<Map<String, Health>> health) {
        var routing =
                HttpRouting.builder()
                        .get(
                                "/metrics",
                                (_, response) ->
                                        response.header(HeaderNames.CONTENT_TYPE, METRICS_TYPE)
                                                .send(registry.scrape()))
                        .get("/health", (_, out) -> send(out, health.get(), Health::ready))
                        .get("/health/ready", (_, out) -> send(out, health.get(), Health::ready))
                        .get("/health/live", (_, out) -> send(out, health.get(), Health::live));
        return new OpsServer(HttpListener.start(address, "metrics.listen", routing));
    }

    /** Returns the bound address, with the actual port. */
    public ListenAddress address() {
        return listener.address();
    }

    private static void send(
            ServerResponse response, Map<String, Health> health, Predicate<Health> isHealthy) {
        boolean up = health.values().stream().allMatch(isHealthy);
        response.status(up ? Status.OK_200 : Status.SERVICE_UNAVAILABLE_503)
                .header(HeaderNames.CONTENT_TYPE, "application/json")
                .send(toJson(up, health));
    }

    private static byte[] toJson(boolean up, Map<String, Health> health) {
        var out = new ByteArrayOutputStream();
        try (JsonGenerator json = JsonBytes.generator(out)) {
            json.writeStartObject();
            json.writeStringProperty("status", up ? "UP" : "DOWN");
            json.writeObjectPropertyStart("services");
            new TreeMap<>(health)
                    .forEach(
                            (name, state) -> {
                                json.writeObjectPropertyStart(name);
                                json.writeBooleanProperty("live", state.live());
                                json.writeBooleanProperty("ready", state.ready());
                                json.writeStringProperty("detail", state.detail());
                                json.writeEndObject();
                            });
            json.writeEndObject();
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    @Override
    public void close() {
        listener.close();
    }
}
