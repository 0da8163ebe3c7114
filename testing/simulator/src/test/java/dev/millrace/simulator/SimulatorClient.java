package dev.millrace.simulator;

import dev.millrace.simulator.settings.SimulatorSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A running simulator and an HTTP client for it. Closing stops both. */
final class SimulatorClient implements AutoCloseable {
    static final JsonMapper JSON = new JsonMapper();
    static final String CHAT = "/v1/chat/completions";
    static final String MESSAGES = "/v1/messages";

    final Simulator simulator;
    final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private SimulatorClient(Simulator simulator) {
        this.simulator = simulator;
    }

    /** Starts a simulator with the given settings in JSON. */
    static SimulatorClient of(String settings) {
        return new SimulatorClient(
                Simulator.start(SimulatorSettings.parse("test", settings), "127.0.0.1", 0));
    }

    /** Starts a simulator with the given settings for every model. */
    static SimulatorClient ofModel(String settings) {
        return of("{\"models\":{\"*\":" + settings + "}}");
    }

    static String chat(String user) {
        return "{\"model\":\"gpt-4.1\",\"messages\":[{\"role\":\"user\",\"content\":\""
                + user
                + "\"}]}";
    }

    static String message(String user) {
        return "{\"model\":\"claude-sonnet-4.5\",\"max_tokens\":200,\"messages\":[{\"role\":\"user\",\"content\":\""
                + user
                + "\"}]}";
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(simulator.baseUri().resolve(path));
    }

    HttpResponse<String> post(String path, String body) {
        return post(path, body, Map.of());
    }

    HttpResponse<String> post(String path, String body, Map<String, String> headers) {
        HttpRequest.Builder request = request(path).POST(BodyPublishers.ofString(body));
        if (path.equals(MESSAGES)) {
            request.header("anthropic-version", "2023-06-01");
        }
        headers.forEach(request::header);
        return send(request.build());
    }

    CompletableFuture<HttpResponse<String>> postAsync(String path, String body) {
        return http.sendAsync(
                request(path).POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
    }

    HttpResponse<String> get(String path) {
        return send(request(path).GET().build());
    }

    HttpResponse<String> put(String path, String body) {
        return send(request(path).PUT(BodyPublishers.ofString(body)).build());
    }

    HttpResponse<String> delete(String path) {
        return send(request(path).DELETE().build());
    }

    HttpResponse<String> send(HttpRequest request) {
        try {
            return http.send(request, BodyHandlers.ofString());
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stop);
        }
    }

    static JsonNode json(HttpResponse<String> response) {
        return JSON.readTree(response.body());
    }

    /** Returns a request body with {@code "stream": true}. */
    static String streamed(String body) {
        return body.replaceFirst("\\{", "{\"stream\":true,");
    }

    /** Returns the name of each server-sent event, in order; events without a name are left out. */
    static List<String> names(HttpResponse<String> response) {
        return response.body()
                .lines()
                .filter(line -> line.startsWith("event: "))
                .map(line -> line.substring(7))
                .toList();
    }

    /** Returns the data of each server-sent event, in order. */
    static List<String> events(HttpResponse<String> response) {
        return response.body()
                .lines()
                .filter(line -> line.startsWith("data: "))
                .map(line -> line.substring(6))
                .toList();
    }

    static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("(none)");
    }

    @Override
    public void close() {
        http.shutdownNow();
        simulator.close();
    }
}
