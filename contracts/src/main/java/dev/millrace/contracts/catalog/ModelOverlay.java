package dev.millrace.contracts.catalog;

import dev.millrace.contracts.money.Price;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What a file says about a model. Each key that is there replaces the one below it as a whole; see
 * {@link Model} for their meaning.
 */
public record ModelOverlay(
        Optional<String> provider,
        Optional<String> upstreamModel,
        Optional<List<String>> aliases,
        Optional<Tier> tier,
        Optional<Set<Capability>> capabilities,
        OptionalLong contextWindow,
        OptionalLong maxOutputTokens,
        OptionalLong defaultMaxTokens,
        Optional<Price> price,
        Optional<Limits> limits,
        Optional<List<String>> fallback,
        Optional<Duration> fallbackAfter,
        Optional<StreamMode> stream) {
    /** The model below with everything replaced that is said here. */
    public Model over(Model below) {
        return new Model(
                below.name(),
                provider.orElse(below.provider()),
                upstreamModel.orElse(below.upstreamModel()),
                aliases.orElse(below.aliases()),
                tier.orElse(below.tier()),
                capabilities.orElse(below.capabilities()),
                contextWindow.isPresent() ? contextWindow : below.contextWindow(),
                maxOutputTokens.isPresent() ? maxOutputTokens : below.maxOutputTokens(),
                defaultMaxTokens.orElse(below.defaultMaxTokens()),
                price.orElse(below.price()),
                limits.orElse(below.limits()),
                fallback.orElse(below.fallback()),
                fallbackAfter.orElse(below.fallbackAfter()),
                stream.orElse(below.stream()));
    }

    /**
     * A model of its own with that name; empty without a provider or a price, for which there is no
     * default.
     */
    public Optional<Model> asNew(String name) {
        return provider.flatMap(of -> price.map(at -> over(Model.of(name, of, at))));
    }
}
