package dev.millrace.contracts.catalog;

import static dev.millrace.yaml.problem.Violation.require;

import dev.millrace.contracts.error.FallbackReason;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.money.Price;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The settings of one model in a user's file. Each key that is set replaces the shipped value as a
 * whole; see {@link Model} for the meanings.
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
        Optional<Set<FallbackReason>> fallbackOn,
        Optional<StreamMode> stream,
        Optional<Set<Endpoint>> urls,
        Optional<ModelParameters> parameters) {
    public ModelOverlay {
        require(
                urls.map(it -> !it.isEmpty()).orElse(true),
                "urls",
                "must name at least one url, such as /v1/chat/completions");
    }

    /** Returns the given model with the keys that are set here. */
    public Model over(Model base) {
        return new Model(
                base.name(),
                aliases.orElse(base.aliases()),
                tier.orElse(base.tier()),
                capabilities.orElse(base.capabilities()),
                new Model.Upstream(
                        provider.orElse(base.provider()),
                        upstreamModel.orElse(base.upstreamModel()),
                        urls.orElse(base.urls()),
                        stream.orElse(base.stream()),
                        parameters.orElse(base.parameters())),
                new Model.Tokens(
                        contextWindow.isPresent() ? contextWindow : base.contextWindow(),
                        maxOutputTokens.isPresent() ? maxOutputTokens : base.maxOutputTokens(),
                        defaultMaxTokens.orElse(base.defaultMaxTokens())),
                price.orElse(base.price()),
                limits.orElse(base.limits()),
                new Model.Fallbacks(
                        fallback.orElse(base.fallbacks().chain()),
                        fallbackAfter.orElse(base.fallbacks().after()),
                        fallbackOn.orElse(base.fallbacks().on())));
    }

    /**
     * Creates a new model with the given name; empty without a provider or a price, which have no
     * default.
     */
    public Optional<Model> asNew(String name) {
        return provider.flatMap(by -> price.map(cost -> over(Model.of(name, by, cost))));
    }
}
