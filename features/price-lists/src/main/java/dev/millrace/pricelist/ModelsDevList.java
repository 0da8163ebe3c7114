package dev.millrace.pricelist;

import dev.millrace.contracts.catalog.Capability;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.pricelist.ListedPrice.Rate;
import dev.millrace.yaml.problem.Violation;
import java.math.BigDecimal;
import java.util.EnumSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Reads the list of models.dev: providers with models, with prices per million tokens. A model has
 * the name {@code provider/model}.
 *
 * @see <a href="https://github.com/anomalyco/models.dev/blob/dev/packages/core/src/schema.ts">its
 *     schema</a>
 */
final class ModelsDevList {
    private static final String MODELS = "models";
    private static final String COST = "cost";
    private static final long OVER_200K = 200_000;

    private final ListedModels models;

    ModelsDevList(ListedModels models) {
        this.models = models;
    }

    static boolean matches(JsonNode root) {
        return root.isObject() && root.valueStream().anyMatch(it -> it.path(MODELS).isObject());
    }

    void read(JsonNode root) {
        root.forEachEntry(
                (provider, entry) ->
                        entry.path(MODELS)
                                .forEachEntry(
                                        (model, it) -> {
                                            try {
                                                read(provider, model, it);
                                            } catch (Violation violation) {
                                                models.skip(
                                                        "invalid price: " + violation.expected());
                                            }
                                        }));
    }

    private void read(String provider, String model, JsonNode entry) {
        JsonNode cost = entry.path(COST);
        if (!cost.path("input").isNumber() || !cost.path("output").isNumber()) {
            models.skip("without a price per token");
            return;
        }
        if (entry.path("modalities")
                .path("output")
                .valueStream()
                .noneMatch(it -> it.asString("").equals("text"))) {
            models.skip("without text as output");
            return;
        }
        boolean isEmbedding = entry.path("family").asString("").contains("embedding");
        models.add(
                new ListedModels.Entry(
                        provider + "/" + model,
                        provider,
                        model,
                        capabilities(entry),
                        isEmbedding
                                ? OptionalLong.empty()
                                : ListedModels.tokens(entry.path("limit").path("context")),
                        ListedModels.tokens(entry.path("limit").path("output")),
                        isEmbedding ? Set.of(Endpoint.EMBEDDINGS) : Set.of(),
                        price(entry),
                        Optional.empty()));
    }

    private static Set<Capability> capabilities(JsonNode entry) {
        var capabilities = EnumSet.noneOf(Capability.class);
        if (entry.path("tool_call").asBoolean(false)) {
            capabilities.add(Capability.TOOLS);
        }
        if (entry.path("modalities")
                .path("input")
                .valueStream()
                .anyMatch(it -> it.asString("").equals("image"))) {
            capabilities.add(Capability.IMAGES);
        }
        if (entry.path("structured_output").asBoolean(false)) {
            capabilities.add(Capability.JSON_SCHEMA);
        }
        return capabilities;
    }

    private ListedPrice price(JsonNode entry) {
        var price = new ListedPrice();
        readCost(price, ListedPrice.STANDARD, 0, entry.path(COST));
        for (JsonNode mode : entry.path("experimental").path("modes")) {
            JsonNode body = mode.path("provider").path("body");
            String tier = body.path("service_tier").asString(body.path("speed").asString(""));
            if (tier.isEmpty()) {
                models.unknown("experimental.modes");
            } else {
                readCost(price, tier, 0, mode.path(COST));
            }
        }
        return price;
    }

    private void readCost(ListedPrice price, String tier, long threshold, JsonNode cost) {
        boolean hasTiers = cost.path("tiers").isArray();
        cost.forEachEntry(
                (field, value) -> {
                    switch (field) {
                        case "input" -> put(price, tier, threshold, Rate.INPUT, value);
                        case "output" -> put(price, tier, threshold, Rate.OUTPUT, value);
                        case "cache_read" -> put(price, tier, threshold, Rate.CACHED_INPUT, value);
                        case "cache_write" -> put(price, tier, threshold, Rate.CACHE_WRITE, value);
                        case "tier" -> {}
                        case "tiers" ->
                                value.forEach(
                                        it ->
                                                readCost(
                                                        price,
                                                        tier,
                                                        it.path("tier").path("size").asLong(0),
                                                        it));
                        case "context_over_200k" -> {
                            // Kept for older readers beside tiers.
                            if (!hasTiers) {
                                readCost(price, tier, OVER_200K, value);
                            }
                        }
                        default -> {
                            if (matters(cost, field, value)) {
                                models.unknown(COST + "." + field);
                            }
                        }
                    }
                });
    }

    /** Returns false for a zero price, and for reasoning at the price of output. */
    private static boolean matters(JsonNode cost, String field, JsonNode value) {
        var usd = ListedPrice.number(value);
        if (field.equals("reasoning")) {
            var output = ListedPrice.number(cost.path("output"));
            return usd.isPresent() && output.stream().noneMatch(it -> it.compareTo(usd.get()) == 0);
        }
        return usd.map(it -> it.signum() != 0).orElse(value.isContainer());
    }

    private static void put(
            ListedPrice price, String tier, long threshold, Rate rate, JsonNode value) {
        Optional<BigDecimal> usd = ListedPrice.number(value);
        usd.ifPresent(it -> price.put(tier, threshold, rate, it));
    }
}
