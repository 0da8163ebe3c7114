package dev.millrace.standalone.compose;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.standalone.e2e.Batch;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** The published usage API of the gateway, for one batch of the tenant {@code default}. */
final class UsageApi {
    private final HttpClient client;
    private final String base;
    private final String key;

    /**
     * Creates a client.
     *
     * @param address host and port
     * @param key an API key
     */
    UsageApi(HttpClient client, String address, String key) {
        this.client = client;
        this.base = "http://" + address + "/api/v1";
        this.key = key;
    }

    /** Returns the counts and costs of the batch; empty while the API cannot answer. */
    Optional<JsonNode> batch(String name) {
        try {
            var response = get("/batches/" + name);
            return response.statusCode() == 200
                    ? Optional.of(Batch.JSON.readTree(response.body()))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Returns the number of stored results of the batch; 0 while the API cannot answer. */
    long results(String name) {
        return batch(name).map(batch -> batch.path("results").asLong()).orElse(0L);
    }

    /** Returns the results of the batch in input order. */
    List<JsonNode> lines(String name) throws IOException {
        var response = get("/batches/" + name + "/results");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return response.body().lines().map(Batch.JSON::readTree).toList();
    }

    /** Returns the status of an answer to a caller without a key. */
    int statusWithoutKey() throws IOException {
        return send(HttpRequest.newBuilder(URI.create(base + "/batches"))).statusCode();
    }

    private HttpResponse<String> get(String path) throws IOException {
        return send(
                HttpRequest.newBuilder(URI.create(base + path))
                        .header("Authorization", "Bearer " + key));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString(UTF_8));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
