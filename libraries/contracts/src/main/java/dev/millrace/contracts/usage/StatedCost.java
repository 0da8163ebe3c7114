package dev.millrace.contracts.usage;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The cost that an answer states for its call. An unusable amount counts as not stated, and so does
 * 0: relays state it for models whose price they do not know. Only OpenRouter's 0 counts, which has
 * free models and does not charge for empty answers. Used by one thread.
 */
public final class StatedCost {
    private static final LocalDate READ = LocalDate.of(2026, 11, 30);

    private static final CostName COST =
            new CostName(
                    "cost",
                    0,
                    "what the account is charged: tokens, tools and fees",
                    "OpenRouter, LiteLLM in streams",
                    "https://openrouter.ai/docs/cookbook/administration/usage-accounting",
                    READ);

    /** Says whether OpenRouter has called the provider with a key of the account's owner. */
    private static final String OWN_KEY = "is_byok";

    /** What the provider charges the owner of the key, in addition to {@link #COST}. */
    private static final CostName UPSTREAM =
            new CostName(
                    "cost_details.upstream_inference_cost",
                    0,
                    "what the provider charges the owner of the key; counts beside cost, if is_byok",
                    "OpenRouter",
                    COST.source(),
                    READ);

    /** The names within a usage object, the most exact first. */
    static final List<CostName> IN_USAGE =
            List.of(
                    new CostName(
                            "cost_in_usd_ticks",
                            -10,
                            "the bill: tokens after discounts, and tools",
                            "xAI",
                            "https://docs.x.ai/developers/cost-tracking",
                            READ),
                    COST,
                    new CostName(
                            "cost.total_cost",
                            0,
                            "tokens, searches and the fee of a request",
                            "Perplexity",
                            "https://github.com/vercel/ai/pull/13705",
                            READ),
                    new CostName(
                            "cost_usd_total",
                            0,
                            "tokens and the fee of a request",
                            "LLM Gateway",
                            "https://docs.llmgateway.io/features/cost-breakdown",
                            READ),
                    UPSTREAM);

    /** The names of headers. A relay's header takes precedence over the provider's usage. */
    static final List<CostName> HEADERS =
            List.of(
                    new CostName(
                            "x-litellm-response-cost",
                            0,
                            "the relay's price of the call, with its discounts and margins",
                            "LiteLLM, Comfy Router; not in streams",
                            "https://docs.litellm.ai/docs/proxy/response_headers",
                            READ),
                    new CostName(
                            "x-aimlapi-usd-spent",
                            0,
                            "what the account is charged",
                            "AI/ML API; not in streams",
                            "https://docs.aimlapi.com/capabilities/request-tracing-and-cost",
                            READ),
                    new CostName(
                            "x-nr-request-cost",
                            0,
                            "what the account is charged",
                            "nRouter",
                            "https://docs.rs/crate/nrouter/3.1.5/source/src/meta.rs",
                            READ),
                    new CostName(
                            "x-millrace-cost",
                            0,
                            "what all calls of the job cost",
                            "Millrace's gateway; not in streams",
                            "gateway.md#answers",
                            READ));

    private final Map<String, BigDecimal> amounts = new HashMap<>();
    private @Nullable Boolean isOwnKey;

    /** Returns the cost that the headers of an answer state, in US dollars. */
    public static Optional<BigDecimal> inHeaders(Function<String, Optional<String>> headers) {
        return HEADERS.stream()
                .flatMap(name -> headers.apply(name.path()).flatMap(name::usd).stream())
                .filter(it -> it.signum() > 0)
                .findFirst();
    }

    void onNumber(String path, String number) {
        for (CostName name : IN_USAGE) {
            if (name.path().equals(path)) {
                name.usd(number).ifPresent(it -> amounts.put(path, it));
            }
        }
    }

    void onFlag(String path, boolean value) {
        if (path.equals(OWN_KEY)) {
            isOwnKey = value;
        }
    }

    /** Returns the cost that the usage object states, in US dollars. */
    Optional<BigDecimal> usd() {
        if (Boolean.TRUE.equals(isOwnKey)) {
            BigDecimal fee = amounts.getOrDefault(COST.path(), BigDecimal.ZERO);
            return Optional.ofNullable(amounts.get(UPSTREAM.path()))
                    .filter(it -> it.signum() > 0)
                    .map(fee::add);
        }
        return IN_USAGE.stream()
                .flatMap(name -> Optional.ofNullable(amounts.get(name.path())).stream())
                .filter(it -> it.signum() > 0 || isOwnKey != null)
                .findFirst();
    }
}
