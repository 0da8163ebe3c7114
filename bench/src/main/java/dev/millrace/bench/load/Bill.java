package dev.millrace.bench.load;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.money.TokenUsage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the simulated provider says it was called for, read from its ledger over HTTP and priced
 * with the shipped catalog.
 *
 * @param calls all calls, billed or not
 * @param billedMoreThanOnce idempotency keys that were billed for more than one call
 * @param isWhole whether the ledger has kept every call
 * @param billedKeys idempotency keys of billed calls
 * @param costUsd tokens × price of each billed call, never rounded
 */
record Bill(
        long calls,
        long distinctKeys,
        long billedMoreThanOnce,
        boolean isWhole,
        KeySum billedKeys,
        BigDecimal costUsd) {
    private static final JsonMapper JSON = new JsonMapper();

    /**
     * Reads the ledger of a simulator, one call after the other.
     *
     * @throws IOException when it does not answer
     */
    static Bill read(URI simulator) throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            JsonNode summary;
            try (var reader = get(client, simulator.resolve("/admin/ledger/summary"))) {
                summary = JSON.readTree(reader.readAllAsString());
            }
            try (var reader = get(client, simulator.resolve("/admin/ledger?billed=true"))) {
                return priced(summary, reader);
            }
        }
    }

    private static BufferedReader get(HttpClient client, URI uri)
            throws IOException, InterruptedException {
        var response =
                client.send(
                        HttpRequest.newBuilder(uri).build(),
                        HttpResponse.BodyHandlers.ofInputStream());
        if (response.statusCode() != 200) {
            throw new IOException(uri + " answers " + response.statusCode());
        }
        return new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    }

    private static Bill priced(JsonNode summary, BufferedReader calls) throws IOException {
        var keys = new KeySum();
        BigDecimal cost = BigDecimal.ZERO;
        for (String line = calls.readLine(); line != null; line = calls.readLine()) {
            JsonNode call = JSON.readTree(line);
            keys.add(call.path("idempotency_key").asString(""));
            cost = cost.add(cost(call));
        }
        return new Bill(
                summary.path("calls").asLong(),
                summary.path("idempotency_keys").asLong(),
                summary.path("idempotency_keys_billed_more_than_once").asLong(),
                summary.path("entries_not_kept").asLong() == 0
                        && summary.path("calls_with_uncounted_idempotency_key").asLong() == 0,
                keys,
                cost);
    }

    private static BigDecimal cost(JsonNode call) {
        String model = call.path("model").asString();
        return Catalog.shipped()
                .find(model)
                .orElseThrow(
                        () -> new IllegalStateException("no model " + model + " is in the catalog"))
                .price()
                .costOf(
                        new TokenUsage(
                                call.path("input_tokens").asLong(),
                                call.path("cached_input_tokens").asLong(),
                                call.path("cache_write_tokens").asLong(),
                                call.path("output_tokens").asLong(),
                                0));
    }
}
