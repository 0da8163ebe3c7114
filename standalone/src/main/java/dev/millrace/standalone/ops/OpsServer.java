package dev.millrace.standalone.ops;

import dev.millrace.contracts.config.ListenAddress;
import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.contracts.service.Health;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
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
 * services of this process. A health path answers 200 when every service is well and 503 otherwise,
 * with a JSON object that says why.
 */
public final class OpsServer implements AutoCloseable {
    private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final WebServer server;

    private OpsServer(WebServer server) {
        this.server = server;
    }

    /**
     * Starts serving.
     *
     * @param health how each part of this process is, by its name
     * @throws IllegalStateException when the address cannot be bound
     */
    public static OpsServer start(
            ListenAddress address,
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
        WebServer server =
                WebServer.builder()
                        .host(address.host())
                        .port(address.port())
                        .shutdownHook(false)
                        .routing(routing)
                        .build()
                        .start();
        return new OpsServer(server);
    }

    /** The port that is listened to. */
    public int port() {
        return server.port();
    }

    private static void send(
            ServerResponse response, Map<String, Health> health, Predicate<Health> good) {
        boolean allGood = health.values().stream().allMatch(good);
        response.status(allGood ? Status.OK_200 : Status.SERVICE_UNAVAILABLE_503)
                .header(HeaderNames.CONTENT_TYPE, "application/json")
                .send(toJson(allGood, health));
    }

    private static byte[] toJson(boolean allGood, Map<String, Health> health) {
        var out = new ByteArrayOutputStream();
        try (JsonGenerator json = JsonBytes.generator(out)) {
            json.writeStartObject();
            json.writeStringProperty("status", allGood ? "UP" : "DOWN");
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
        server.stop();
    }
}
