package dev.millrace.pricelist;

import dev.millrace.contracts.catalog.Capability;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.pricelist.ListedPrice.Rate;
import dev.millrace.yaml.problem.Violation;
import java.math.BigDecimal;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * Reads LiteLLM's price list: an object whose entries are models, with prices per token. Suffixes
 * of the fields name lengths, service tiers and lifetimes of caches, in any order.
 *
 * @see <a href="https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json">
 *     the list</a>, whose first entry describes the fields
 */
final class LiteLlmList {
    private static final String PROVIDER = "litellm_provider";

    /** An entry that describes the fields. */
    private static final String SAMPLE = "sample_spec";

    private static final Pattern RATE =
            Pattern.compile(
                    "(input_cost_per_token|output_cost_per_token|cache_read_input_token_cost"
                            + "|cache_creation_input_token_cost)"
                            + "((?:_above_1hr|_above_\\d{1,6}k_tokens|_flex|_priority|_batches)*+)");
    private static final Pattern SUFFIX =
            Pattern.compile("_above_(1hr)|_above_(\\d+)k_tokens|_(flex|priority|batches)");

    /** Fields with prices in addition to fields named "cost". */
    private static final Pattern OTHER_PRICE =
            Pattern.compile("cost|multiplier|^provider_specific_entry$");

    private static final String OFF_PEAK = "off_peak_pricing";
    private static final String TIERED = "tiered_pricing";
    private static final String REASONING = "output_cost_per_reasoning_token";
    private static final String SEARCH = "search_context_cost_per_query";
    private static final String FILE_SEARCH = "file_search_cost_per_1k_calls";
    private static final String INTERPRETER = "code_interpreter_cost_per_session";

    private static final Map<String, Set<Endpoint>> MODES =
            Map.of(
                    "chat", Set.of(),
                    "responses", Set.of(Endpoint.RESPONSES),
                    "completion", Set.of(Endpoint.COMPLETIONS),
                    "embedding", Set.of(Endpoint.EMBEDDINGS));

    private final ListedModels models;

    LiteLlmList(ListedModels models) {
        this.models = models;
    }

    static boolean matches(JsonNode root) {
        return root.isObject() && root.valueStream().anyMatch(it -> it.path(PROVIDER).isString());
    }

    void read(JsonNode root) {
        root.forEachEntry(
                (name, entry) -> {
                    if (!name.equals(SAMPLE)) {
                        try {
                            read(name, entry);
                        } catch (Violation violation) {
                            models.skip("invalid price: " + violation.expected());
                        }
                    }
                });
    }

    private void read(String name, JsonNode entry) {
        String mode = entry.path("mode").asString("");
        Set<Endpoint> urls = MODES.get(mode);
        if (urls == null) {
            models.skip(mode.isEmpty() ? "without a mode" : "mode " + mode);
            return;
        }
        boolean generates = urls.stream().allMatch(Endpoint::generates);
        ListedPrice price = price(entry);
        if (!price.has(Rate.INPUT) || (generates && !price.has(Rate.OUTPUT))) {
            models.skip("without a price per token");
            return;
        }
        String provider = entry.path(PROVIDER).asString("");
        models.add(
                new ListedModels.Entry(
                        name,
                        provider,
                        name.startsWith(provider + "/")
                                ? name.substring(provider.length() + 1)
                                : name,
                        capabilities(entry),
                        generates
                                ? ListedModels.tokens(entry.path("max_input_tokens"))
                                : OptionalLong.empty(),
                        ListedModels.tokens(entry.path("max_output_tokens")),
                        urls,
                        price,
                        Optional.ofNullable(entry.path("source").asString(null))
                                .filter(it -> !it.isBlank())));
    }

    private static Set<Capability> capabilities(JsonNode entry) {
        var capabilities = EnumSet.noneOf(Capability.class);
        if (entry.path("supports_function_calling").asBoolean(false)) {
            capabilities.add(Capability.TOOLS);
        }
        if (entry.path("supports_vision").asBoolean(false)) {
            capabilities.add(Capability.IMAGES);
        }
        if (entry.path("supports_response_schema").asBoolean(false)) {
            capabilities.add(Capability.JSON_SCHEMA);
        }
        return capabilities;
    }

    private ListedPrice price(JsonNode entry) {
        var price = new ListedPrice();
        entry.forEachEntry((field, value) -> readField(price, entry, field, value));
        return price;
    }

    private void readField(ListedPrice price, JsonNode entry, String field, JsonNode value) {
        Matcher rate = RATE.matcher(field);
        if (rate.matches()) {
            ListedPrice.number(value)
                    .ifPresent(usd -> putRate(price, rate.group(1), rate.group(2), 0, usd));
            return;
        }
        switch (field) {
            case TIERED -> readTiers(price, value);
            case OFF_PEAK -> readOffPeak(price, value);
            case SEARCH ->
                    value.valueStream()
                            .flatMap(it -> ListedPrice.number(it).stream())
                            .max(BigDecimal::compareTo)
                            .ifPresent(usd -> price.putPerCall("web_search", usd));
            case FILE_SEARCH ->
                    ListedPrice.number(value)
                            .ifPresent(
                                    usd ->
                                            price.putPerCall(
                                                    "file_search", usd.scaleByPowerOfTen(-3)));
            case INTERPRETER ->
                    ListedPrice.number(value)
                            .ifPresent(usd -> price.putPerCall("code_interpreter", usd));
            default -> {
                if (OTHER_PRICE.matcher(field).find() && matters(entry, field, value)) {
                    models.unknown(field);
                }
            }
        }
    }

    /** Returns false for a zero price, and for reasoning at the price of output. */
    private static boolean matters(JsonNode entry, String field, JsonNode value) {
        var usd = ListedPrice.number(value);
        if (field.equals(REASONING)) {
            var output = ListedPrice.number(entry.path("output_cost_per_token"));
            return usd.isPresent() && output.stream().noneMatch(it -> it.compareTo(usd.get()) == 0);
        }
        return usd.map(it -> it.signum() != 0).orElse(value.isContainer());
    }

    private static Rate rate(String base) {
        return switch (base) {
            case "input_cost_per_token" -> Rate.INPUT;
            case "output_cost_per_token" -> Rate.OUTPUT;
            case "cache_read_input_token_cost" -> Rate.CACHED_INPUT;
            default -> Rate.CACHE_WRITE;
        };
    }

    private static void putRate(
            ListedPrice price, String base, String suffixes, long above, BigDecimal usd) {
        Rate rate = rate(base);
        String tier = ListedPrice.STANDARD;
        long threshold = above;
        Matcher suffix = SUFFIX.matcher(suffixes);
        while (suffix.find()) {
            if (suffix.group(1) != null) {
                rate = Rate.CACHE_WRITE_HOUR;
            } else if (suffix.group(2) != null) {
                threshold = Long.parseLong(suffix.group(2)) * 1000;
            } else {
                tier = suffix.group(3).equals("batches") ? "batch" : suffix.group(3);
            }
        }
        price.putPerToken(tier, threshold, rate, usd);
    }

    /** Reads rates that replace the others in some hours, at any length of the input. */
    private void readOffPeak(ListedPrice price, JsonNode block) {
        Optional<OffPeakTimes> times = OffPeakTimes.read(block);
        if (times.isEmpty()) {
            models.unknown(OFF_PEAK);
            return;
        }
        price.putOffPeak(times.get());
        block.forEachEntry(
                (field, value) -> {
                    Matcher rate = RATE.matcher(field);
                    if (rate.matches() && rate.group(2).isEmpty()) {
                        ListedPrice.number(value)
                                .ifPresent(
                                        usd ->
                                                price.putPerToken(
                                                        ListedPrice.OFF_PEAK,
                                                        0,
                                                        rate(rate.group(1)),
                                                        usd));
                    } else if (OTHER_PRICE.matcher(field).find() && matters(block, field, value)) {
                        models.unknown(OFF_PEAK + "." + field);
                    }
                });
    }

    /** Reads a list of rates by length, each with the range of input tokens that it is for. */
    private void readTiers(ListedPrice price, JsonNode tiers) {
        for (JsonNode tier : tiers) {
            long threshold =
                    ListedPrice.number(tier.path("range").path(0))
                            .map(BigDecimal::longValue)
                            .orElse(0L);
            tier.forEachEntry(
                    (field, value) -> {
                        Matcher rate = RATE.matcher(field);
                        if (rate.matches() && rate.group(2).isEmpty()) {
                            ListedPrice.number(value)
                                    .ifPresent(
                                            usd ->
                                                    putRate(
                                                            price,
                                                            rate.group(1),
                                                            "",
                                                            threshold,
                                                            usd));
                        } else if (OTHER_PRICE.matcher(field).find()
                                && matters(tier, field, value)) {
                            models.unknown(TIERED + "." + field);
                        }
                    });
        }
    }
}
