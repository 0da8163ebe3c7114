package dev.millrace.standalone.compose;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.standalone.e2e.Batch;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * The bill for calls.
 *
 * @param calls number of calls
 * @param costUsd cost of the calls
 */
record Bill(long calls, BigDecimal costUsd) {

    /** Returns the sum of two bills. */
    Bill plus(Bill other) {
        return new Bill(calls + other.calls, costUsd.add(other.costUsd));
    }

    /** Returns the calls that a simulator has billed, at the prices of the shipped catalog. */
    static Bill ofSimulator(HttpClient client, String address)
            throws IOException, InterruptedException {
        var uri = URI.create("http://" + address + "/admin/ledger?billed=true");
        List<JsonNode> billed =
                client.send(
                                HttpRequest.newBuilder(uri).build(),
                                HttpResponse.BodyHandlers.ofString(UTF_8))
                        .body()
                        .lines()
                        .map(Batch.JSON::readTree)
                        .toList();
        return new Bill(
                billed.size(),
                billed.stream().map(Bill::cost).reduce(BigDecimal.ZERO, BigDecimal::add));
    }

    private static BigDecimal cost(JsonNode call) {
        String upstreamModel = call.path("model").asString();
        Instant time = Instant.parse(call.path("time").asString());
        return Catalog.shipped().models().stream()
                .filter(model -> model.upstreamModel().equals(upstreamModel))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(upstreamModel))
                .price()
                .at(time, time.plusMillis(call.path("duration_ms").asLong()))
                .costOf(
                        new TokenUsage(
                                call.path("input_tokens").asLong(),
                                call.path("cached_input_tokens").asLong(),
                                call.path("cache_write_tokens").asLong(),
                                call.path("output_tokens").asLong(),
                                0));
    }
}
