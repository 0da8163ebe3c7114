package dev.millrace.contracts.catalog;

import static dev.millrace.yaml.problem.Violation.require;

import dev.millrace.contracts.error.FallbackReason;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.Endpoints;
import dev.millrace.contracts.money.Price;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A model that jobs can name.
 *
 * @param name name in jobs, results and topics; never {@code auto}
 * @param aliases alternative names that jobs may use
 * @param tier quality and price class
 * @param capabilities features beyond text, in enum order
 * @param upstream how a provider serves the model
 * @param tokens bounds of the tokens of a call
 * @param price US dollars per million tokens
 * @param limits limits on the calls of the whole pipeline
 * @param fallbacks when and to which models a job falls back
 */
public record Model(
        String name,
        List<String> aliases,
        Tier tier,
        Set<Capability> capabilities,
        Upstream upstream,
        Tokens tokens,
        Price price,
        Limits limits,
        Fallbacks fallbacks) {
    /** The model name in a request that asks the router to choose. No model may have this name. */
    public static final String AUTO = "auto";

    /** Separates the names of a chain in a header, so names must not contain it. */
    private static final char COMMA = ',';

    /** The default of {@link #defaultMaxTokens}. */
    public static final long DEFAULT_MAX_TOKENS = 4096;

    /**
     * How a provider serves a model.
     *
     * @param provider name of the provider
     * @param model the provider's name for the model
     * @param urls the urls of jobs that the model serves, in enum order; empty for all but
     *     embeddings, see {@link Model#urlsAt}
     * @param stream when calls are streamed
     * @param parameters differences between the model and its provider's wire
     * @param serviceTier the service tier that each body names; empty for the standard tier, whose
     *     bodies are sent as the client wrote them
     */
    public record Upstream(
            String provider,
            String model,
            Set<Endpoint> urls,
            StreamMode stream,
            ModelParameters parameters,
            Optional<String> serviceTier) {
        /** Creates the standard tier of a model. */
        public Upstream(
                String provider,
                String model,
                Set<Endpoint> urls,
                StreamMode stream,
                ModelParameters parameters) {
            this(provider, model, urls, stream, parameters, Optional.empty());
        }

        public Upstream {
            requireName("provider", provider);
            requireName("upstream_model", model);
            urls = Endpoints.known().ordered(urls);
        }
    }

    /**
     * Bounds of the tokens of a call.
     *
     * @param contextWindow maximum of input and output tokens together, if known
     * @param maxOutput maximum of output tokens, if known
     * @param defaultMax output limit for a job without one whose cost must be bounded
     */
    public record Tokens(OptionalLong contextWindow, OptionalLong maxOutput, long defaultMax) {
        /** The bounds of an unknown model. */
        public static final Tokens UNKNOWN =
                new Tokens(OptionalLong.empty(), OptionalLong.empty(), DEFAULT_MAX_TOKENS);

        public Tokens {
            requirePositive("context_window", contextWindow.orElse(1));
            requirePositive("max_output_tokens", maxOutput.orElse(1));
            requirePositive("default_max_tokens", defaultMax);
        }

        /** Returns the bounds of a model with the given context window. */
        public static Tokens ofWindow(long contextWindow) {
            return new Tokens(
                    OptionalLong.of(contextWindow), OptionalLong.empty(), DEFAULT_MAX_TOKENS);
        }
    }

    /**
     * When and to which models a job falls back.
     *
     * @param chain the whole chain by name or alias, first choice first
     * @param after longest wait imposed by the provider before a job falls back; zero falls back at
     *     once
     * @param on errors on which a job falls back instead of ending, in enum order
     */
    public record Fallbacks(List<String> chain, Duration after, Set<FallbackReason> on) {
        /** A job does not fall back. */
        public static final Fallbacks NONE =
                new Fallbacks(List.of(), Duration.ofSeconds(30), Set.of());

        public Fallbacks {
            require(!after.isNegative(), "fallback_after", "must not be negative");
            chain = List.copyOf(chain);
            on = enumOrdered(FallbackReason.class, on);
        }
    }

    public Model {
        requireName("name", name);
        aliases.forEach(it -> requireName("aliases", it));
        require(
                !name.equals(AUTO) && !aliases.contains(AUTO),
                "aliases",
                "must not be auto, which asks the router to choose");
        aliases = List.copyOf(aliases);
        capabilities = enumOrdered(Capability.class, capabilities);
    }

    /** Creates a model with default settings. */
    public static Model of(String name, String provider, Price price) {
        // Checked first, so that the problem is reported for this key, not for the equal
        // upstream_model.
        requireName("name", name);
        return new Model(
                name,
                List.of(),
                Tier.BALANCED,
                Set.of(),
                new Upstream(provider, name, Set.of(), StreamMode.AUTO, ModelParameters.DEFAULT),
                Tokens.UNKNOWN,
                price,
                Limits.NONE,
                Fallbacks.NONE);
    }

    /** Returns the name of the provider that serves the model. */
    public String provider() {
        return upstream.provider;
    }

    /** Returns the provider's name for the model. */
    public String upstreamModel() {
        return upstream.model;
    }

    /**
     * Returns the urls of jobs that the model serves; empty for all but embeddings, see {@link
     * #urlsAt}.
     */
    public Set<Endpoint> urls() {
        return upstream.urls;
    }

    /** Returns when calls are streamed. */
    public StreamMode stream() {
        return upstream.stream;
    }

    /** Returns how the model differs from the wire of its provider. */
    public ModelParameters parameters() {
        return upstream.parameters;
    }

    /** Returns the service tier that each body names; empty for the standard tier. */
    public Optional<String> serviceTier() {
        return upstream.serviceTier;
    }

    /** Returns the maximum of input and output tokens together, if known. */
    public OptionalLong contextWindow() {
        return tokens.contextWindow;
    }

    /** Returns the maximum of output tokens, if known. */
    public OptionalLong maxOutputTokens() {
        return tokens.maxOutput;
    }

    /** Returns the output limit for a job without one whose cost must be bounded. */
    public long defaultMaxTokens() {
        return tokens.defaultMax;
    }

    /** Returns a copy of this model with other aliases. */
    public Model withAliases(List<String> newAliases) {
        return new Model(
                name, newAliases, tier, capabilities, upstream, tokens, price, limits, fallbacks);
    }

    /** Returns a copy of this model with other features. */
    public Model withCapabilities(Set<Capability> features) {
        return new Model(name, aliases, tier, features, upstream, tokens, price, limits, fallbacks);
    }

    /** Returns a copy of this model with other bounds of tokens. */
    public Model withTokens(Tokens bounds) {
        return new Model(
                name, aliases, tier, capabilities, upstream, bounds, price, limits, fallbacks);
    }

    /** Returns a copy of this model with other limits. */
    public Model withLimits(Limits newLimits) {
        return new Model(
                name, aliases, tier, capabilities, upstream, tokens, price, newLimits, fallbacks);
    }

    /** Returns a copy of this model with another fallback chain. */
    public Model withFallback(List<String> chain) {
        return with(new Fallbacks(chain, fallbacks.after, fallbacks.on));
    }

    /** Returns a copy of this model with another wait before a job falls back. */
    public Model withFallbackAfter(Duration wait) {
        return with(new Fallbacks(fallbacks.chain, wait, fallbacks.on));
    }

    private Model with(Fallbacks other) {
        return new Model(name, aliases, tier, capabilities, upstream, tokens, price, limits, other);
    }

    /**
     * Returns a copy of this model that is served by another provider under the name {@code
     * otherUpstreamModel}.
     */
    public Model servedBy(String otherProvider, String otherUpstreamModel) {
        return served(
                new Upstream(otherProvider, otherUpstreamModel, urls(), stream(), parameters()));
    }

    /** Returns a copy of this model with another name at its provider, which serves these urls. */
    public Model servedAs(String otherUpstreamModel, Set<Endpoint> otherUrls) {
        return served(
                new Upstream(provider(), otherUpstreamModel, otherUrls, stream(), parameters()));
    }

    /**
     * Returns this model as its calls at a service tier see it: with another name, so that the tier
     * has its own limits and circuit breaker, and without the configured limits, which are those of
     * the standard tier.
     */
    public Model atTier(String serviceTier) {
        return new Model(
                name + "@" + serviceTier,
                List.of(),
                tier,
                capabilities,
                new Upstream(
                        provider(),
                        upstreamModel(),
                        urls(),
                        stream(),
                        parameters(),
                        Optional.of(serviceTier)),
                tokens,
                price,
                Limits.NONE,
                fallbacks);
    }

    /** Returns a copy of this model that is served in another way. */
    public Model served(Upstream other) {
        return new Model(
                name, aliases, tier, capabilities, other, tokens, price, limits, fallbacks);
    }

    /**
     * Returns the urls that the model serves at a provider: the declared ones, or else all but
     * embeddings, since a model computes embeddings or text, not both.
     *
     * @param offered the urls that the provider offers
     */
    public Set<Endpoint> urlsAt(Set<Endpoint> offered) {
        var served = new LinkedHashSet<Endpoint>();
        for (Endpoint it : offered) {
            if (urls().isEmpty() ? it.generates() : urls().contains(it)) {
                served.add(it);
            }
        }
        return Collections.unmodifiableSet(served);
    }

    private static <E extends Enum<E>> Set<E> enumOrdered(Class<E> type, Set<E> constants) {
        var ordered = EnumSet.noneOf(type);
        ordered.addAll(constants);
        return Collections.unmodifiableSet(ordered);
    }

    private static void requireName(String key, String name) {
        require(
                !name.isBlank() && name.equals(name.strip()) && name.indexOf(COMMA) < 0,
                key,
                "must be a name without commas or surrounding spaces, and not blank");
    }

    private static void requirePositive(String key, long value) {
        require(value >= 1, key, "must be 1 or more, was " + value);
    }

    /** Returns true if the model computes embeddings. */
    public boolean computesEmbeddings() {
        return urls().contains(Endpoint.EMBEDDINGS);
    }
}
