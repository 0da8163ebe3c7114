package dev.millrace.contracts.catalog;

import static dev.millrace.contracts.Violation.require;

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
 * @param name what jobs, results and topics call it; never {@code auto}
 * @param provider the name of the provider that answers it
 * @param upstreamModel what the provider calls it
 * @param aliases further names that jobs may use
 * @param tier how able and how dear it is
 * @param capabilities what it can do beyond text, in the order of the enum
 * @param contextWindow input and output tokens that fit together, if known
 * @param maxOutputTokens output tokens that it can produce at most, if known
 * @param defaultMaxTokens output tokens that a job without a limit of its own gets when its cost
 *     must be bounded
 * @param price US dollars per million tokens
 * @param limits how hard the whole pipeline may call it
 * @param fallback models to try next, by name or alias, first choice first; the whole chain, not
 *     only its next link
 * @param fallbackAfter a wait told by the provider above this falls back; zero falls back at once
 * @param stream how the provider is called
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
        StreamMode stream) {
    /** The name in a request that asks the router to choose; no model may carry it. */
    public static final String AUTO = "auto";

    /** Separates the names of a chain in a header. */
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
                "must not take the name auto, which asks the router to choose");
        requirePositive("context_window", contextWindow.orElse(1));
        requirePositive("max_output_tokens", maxOutputTokens.orElse(1));
        requirePositive("default_max_tokens", defaultMaxTokens);
        require(!fallbackAfter.isNegative(), "fallback_after", "must not be negative");
        aliases = List.copyOf(aliases);
        capabilities = inOrder(capabilities);
        fallback = List.copyOf(fallback);
    }

    /** A model with every default. */
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
                StreamMode.AUTO);
    }

    /** The same model with other aliases. */
    public Model withAliases(List<String> others) {
        return new Model(
                name,
                provider,
                upstreamModel,
                others,
                tier,
                capabilities,
                contextWindow,
                maxOutputTokens,
                defaultMaxTokens,
                price,
                limits,
                fallback,
                fallbackAfter,
                stream);
    }

    /** The same model with another fallback chain. */
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
                stream);
    }

    /**
     * The same model answered by another provider, which calls it by {@code otherUpstreamModel}.
     */
    public Model answeredBy(String otherProvider, String otherUpstreamModel) {
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
                stream);
    }

    private static Set<Capability> inOrder(Set<Capability> capabilities) {
        var ordered = EnumSet.noneOf(Capability.class);
        ordered.addAll(capabilities);
        return Collections.unmodifiableSet(ordered);
    }

    private static void requireName(String key, String name) {
        require(
                !name.isBlank() && name.equals(name.strip()) && name.indexOf(COMMA) < 0,
                key,
                "must be a name, not blank, without commas and without spaces around it");
    }

    private static void requirePositive(String key, long value) {
        require(value >= 1, key, "must be 1 or more, was " + value);
    }
}
