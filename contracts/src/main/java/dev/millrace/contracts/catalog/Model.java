package dev.millrace.contracts.catalog;

import static dev.millrace.reader.problem.Violation.require;

import dev.millrace.contracts.error.FallbackReason;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.money.Price;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A model that jobs can name.
 *
 * @param name name in jobs, results and topics; never {@code auto}
 * @param provider name of the provider that serves the model
 * @param upstreamModel the provider's name for the model
 * @param aliases alternative names that jobs may use
 * @param tier quality and price class
 * @param capabilities features beyond text, in enum order
 * @param contextWindow maximum of input and output tokens together, if known
 * @param maxOutputTokens maximum of output tokens, if known
 * @param defaultMaxTokens output limit for a job whose cost must be bounded and that sets no limit
 *     of its own
 * @param price US dollars per million tokens
 * @param limits limits on the calls of the whole pipeline
 * @param fallback the whole fallback chain by name or alias, first choice first
 * @param fallbackAfter longest wait imposed by the provider before a job falls back; zero falls
 *     back at once
 * @param fallbackOn errors on which a job falls back instead of ending, in enum order
 * @param stream whether calls are streamed
 * @param urls the urls of jobs that the model serves, in enum order; empty: see {@link #urlsAt}
 * @param parameters how the model differs from the wire of its provider
 */
public record Model(
        String name,
        String provider,
        String upstreamModel,
        List<String> aliases,
        Tier tier,
        Set<Capability> capabilities,
        OptionalLong contextWindow,
        OptionalLong maxOutputTokens,
        long defaultMaxTokens,
        Price price,
        Limits limits,
        List<String> fallback,
        Duration fallbackAfter,
        Set<FallbackReason> fallbackOn,
        StreamMode stream,
        Set<Endpoint> urls,
        ModelParameters parameters) {
    /** The model name in a request that asks the router to choose. No model may have this name. */
    public static final String AUTO = "auto";

    /** Separates the names of a chain in a header, so names must not contain it. */
    private static final char COMMA = ',';

    /** The default of {@link #defaultMaxTokens}. */
    public static final long DEFAULT_MAX_TOKENS = 4096;

    /** The default of {@link #fallbackAfter}. */
    public static final Duration DEFAULT_FALLBACK_AFTER = Duration.ofSeconds(30);

    public Model {
        requireName("name", name);
        requireName("provider", provider);
        requireName("upstream_model", upstreamModel);
        aliases.forEach(it -> requireName("aliases", it));
        require(
                !name.equals(AUTO) && !aliases.contains(AUTO),
                "aliases",
                "must not be auto, which asks the router to choose");
        requirePositive("context_window", contextWindow.orElse(1));
        requirePositive("max_output_tokens", maxOutputTokens.orElse(1));
        requirePositive("default_max_tokens", defaultMaxTokens);
        require(!fallbackAfter.isNegative(), "fallback_after", "must not be negative");
        aliases = List.copyOf(aliases);
        capabilities = enumOrdered(Capability.class, capabilities);
        fallbackOn = enumOrdered(FallbackReason.class, fallbackOn);
        urls = enumOrdered(Endpoint.class, urls);
        fallback = List.copyOf(fallback);
    }

    /** Creates a model with default settings. */
    public static Model of(String name, String provider, Price price) {
        return new Model(
                name,
                provider,
                name,
                List.of(),
                Tier.BALANCED,
                Set.of(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                DEFAULT_MAX_TOKENS,
                price,
                Limits.NONE,
                List.of(),
                DEFAULT_FALLBACK_AFTER,
                Set.of(),
                StreamMode.AUTO,
                Set.of(),
                ModelParameters.DEFAULT);
    }

    /** Returns a copy of this model with other aliases. */
    public Model withAliases(List<String> newAliases) {
        return new Model(
                name,
                provider,
                upstreamModel,
                newAliases,
                tier,
                capabilities,
                contextWindow,
                maxOutputTokens,
                defaultMaxTokens,
                price,
                limits,
                fallback,
                fallbackAfter,
                fallbackOn,
                stream,
                urls,
                parameters);
    }

    /** Returns a copy of this model with other limits. */
    public Model withLimits(Limits newLimits) {
        return new Model(
                name,
                provider,
                upstreamModel,
                aliases,
                tier,
                capabilities,
                contextWindow,
                maxOutputTokens,
                defaultMaxTokens,
                price,
                newLimits,
                fallback,
                fallbackAfter,
                fallbackOn,
                stream,
                urls,
                parameters);
    }

    /** Returns a copy of this model with another fallback chain. */
    public Model withFallback(List<String> chain) {
        return new Model(
                name,
                provider,
                upstreamModel,
                aliases,
                tier,
                capabilities,
                contextWindow,
                maxOutputTokens,
                defaultMaxTokens,
                price,
                limits,
                chain,
                fallbackAfter,
                fallbackOn,
                stream,
                urls,
                parameters);
    }

    /** Returns a copy of this model with another {@link #fallbackAfter}. */
    public Model withFallbackAfter(Duration wait) {
        return new Model(
                name,
                provider,
                upstreamModel,
                aliases,
                tier,
                capabilities,
                contextWindow,
                maxOutputTokens,
                defaultMaxTokens,
                price,
                limits,
                fallback,
                wait,
                fallbackOn,
                stream,
                urls,
                parameters);
    }

    /**
     * Returns a copy of this model that is served by another provider under the name {@code
     * otherUpstreamModel}.
     */
    public Model servedBy(String otherProvider, String otherUpstreamModel) {
        return new Model(
                name,
                otherProvider,
                otherUpstreamModel,
                aliases,
                tier,
                capabilities,
                contextWindow,
                maxOutputTokens,
                defaultMaxTokens,
                price,
                limits,
                fallback,
                fallbackAfter,
                fallbackOn,
                stream,
                urls,
                parameters);
    }

    /**
     * Returns the urls that the model serves at a provider: the declared ones, or else all but
     * embeddings, since a model computes embeddings or text, not both.
     *
     * @param offered the urls that the provider offers
     */
    public Set<Endpoint> urlsAt(Set<Endpoint> offered) {
        var served = EnumSet.noneOf(Endpoint.class);
        served.addAll(offered);
        if (urls.isEmpty()) {
            served.remove(Endpoint.EMBEDDINGS);
        } else {
            served.retainAll(urls);
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
}
