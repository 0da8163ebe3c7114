package dev.millrace.pricelist;

import dev.millrace.contracts.catalog.Capability;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.money.PriceSource;
import dev.millrace.yaml.problem.Violation;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** Collects the models of a price list while it is read. */
final class ListedModels {
    /** Names of providers in price lists that have another name in the ready configurations. */
    private static final Map<String, String> PROVIDERS =
            Map.of("gemini", "google", "dashscope", "alibaba");

    private final String file;
    private final LocalDate date;
    private final Map<String, Model> models = new LinkedHashMap<>();
    private final TreeMap<String, Integer> unknownFields = new TreeMap<>();
    private final TreeMap<String, Integer> skipped = new TreeMap<>();

    ListedModels(String file, LocalDate date) {
        this.file = file;
        this.date = date;
    }

    /**
     * A model as the list describes it.
     *
     * @param provider as the list spells it
     */
    record Entry(
            String name,
            String provider,
            String upstreamModel,
            Set<Capability> capabilities,
            OptionalLong contextWindow,
            OptionalLong maxOutputTokens,
            Set<Endpoint> urls,
            ListedPrice price,
            Optional<String> source) {}

    void add(Entry entry) {
        try {
            models.put(entry.name(), model(entry));
        } catch (Violation violation) {
            skip("invalid " + violation.key() + ": " + violation.expected());
        }
    }

    private Model model(Entry entry) {
        var source = new PriceSource(entry.source().orElse(file), date, Optional.empty());
        Price price = entry.price().toPrice(Optional.of(source));
        return Model.of(
                        entry.name(),
                        PROVIDERS.getOrDefault(entry.provider(), entry.provider()),
                        price)
                .withCapabilities(entry.capabilities())
                .withTokens(
                        new Model.Tokens(
                                entry.contextWindow(),
                                entry.maxOutputTokens(),
                                Model.DEFAULT_MAX_TOKENS))
                .servedAs(entry.upstreamModel(), entry.urls());
    }

    /** Counts an entry that has no price or is no model that jobs can name. */
    void skip(String reason) {
        skipped.merge(reason, 1, Integer::sum);
    }

    /** Counts a field with a price that is not read. */
    void unknown(String field) {
        unknownFields.merge(field, 1, Integer::sum);
    }

    PriceList toList() {
        return new PriceList(models, unknownFields, skipped);
    }

    /** Returns a positive number of tokens; empty for anything else. */
    static OptionalLong tokens(JsonNode node) {
        return node.isNumber() && node.canConvertToLong() && node.asLong() > 0
                ? OptionalLong.of(node.asLong())
                : OptionalLong.empty();
    }
}
