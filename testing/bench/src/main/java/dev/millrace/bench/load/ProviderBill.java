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
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The simulated provider's bill, read from its ledger over HTTP and priced with the shipped
 * catalog.
 *
 * @param calls number of calls, billed or not
 * @param billedMoreThanOnce idempotency keys billed for more than one call
 * @param isComplete true when the ledger has kept every call
 * @param billedKeys checksum of the billed calls' idempotency keys
 * @param cachedInputTokens input tokens that were read from a prompt cache
 * @param callsByModel number of billed calls by the model's name
 * @param costUsd sum of tokens × price over billed calls, not rounded
 */
public record ProviderBill(
        long calls,
        long distinctKeys,
        long billedMoreThanOnce,
        boolean isComplete,
        JobIdChecksum billedKeys,
        long cachedInputTokens,
        Map<String, Long> callsByModel,
        BigDecimal costUsd) {
    private static final JsonMapper JSON = new JsonMapper();

    /**
     * Reads a simulator's ledger, call by call.
     *
     * @throws IOException when the simulator does not answer
     */
    public static ProviderBill read(URI simulator) throws IOException, InterruptedException {
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

    private static ProviderBill priced(JsonNode summary, BufferedReader calls) throws IOException {
        var keys = new JobIdChecksum();
        Map<String, Long> byModel = new TreeMap<>();
        BigDecimal cost = BigDecimal.ZERO;
        long cached = 0;
        for (String line = calls.readLine(); line != null; line = calls.readLine()) {
            JsonNode call = JSON.readTree(line);
            keys.add(call.path("idempotency_key").asString(""));
            byModel.merge(call.path("model").asString(""), 1L, Long::sum);
            cost = cost.add(cost(call));
            cached += call.path("cached_input_tokens").asLong();
        }
        return new ProviderBill(
                summary.path("calls").asLong(),
                summary.path("idempotency_keys").asLong(),
                summary.path("idempotency_keys_billed_more_than_once").asLong(),
                summary.path("entries_not_kept").asLong() == 0
                        && summary.path("calls_with_uncounted_idempotency_key").asLong() == 0,
                keys,
                cached,
                byModel,
                cost);
    }

    private static BigDecimal cost(JsonNode call) {
        String model = call.path("model").asString();
        String tier = call.path("service_tier").asString();
        Instant time = Instant.parse(call.path("time").asString());
        return Catalog.shipped()
                .find(model)
                .map(it -> it.price().at(time, time.plusMillis(call.path("duration_ms").asLong())))
                .flatMap(it -> it.tier(tier))
                .orElseThrow(
                        () ->
                                new IllegalStateException(
                                        "model "
                                                + model
                                                + " has no price of tier "
                                                + tier
                                                + " in the catalog"))
                .costOf(
                        new TokenUsage(
                                call.path("input_tokens").asLong(),
                                call.path("cached_input_tokens").asLong(),
                                call.path("cache_write_tokens").asLong(),
                                call.path("output_tokens").asLong(),
                                0));
    }
}
