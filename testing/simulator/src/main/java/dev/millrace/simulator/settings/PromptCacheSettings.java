package dev.millrace.simulator.settings;

import static dev.millrace.simulator.settings.Bounds.requireAtMost;
import static dev.millrace.simulator.settings.Bounds.requireRange;

import dev.millrace.yaml.binding.Durations;
import java.time.Duration;
import java.util.Locale;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The prompt cache of a model. Each account has its own.
 *
 * @param match the prefixes that are cached
 * @param minTokens shortest cached prefix, 1 or more
 * @param ttl lifetime of a prefix after the last call that wrote or read it, up to 24 h
 * @param requestsPerMinute calls with equal beginnings and {@code prompt_cache_key} beyond which
 *     another machine with its own cache answers; 0 = no other machine
 */
public record PromptCacheSettings(Match match, int minTokens, Duration ttl, int requestsPerMinute) {
    /** Half of each long prompt counts as cached. */
    public static final PromptCacheSettings NONE =
            new PromptCacheSettings(Match.NONE, 1_024, Duration.ofMinutes(5), 0);

    /** The prefixes that are cached. */
    public enum Match {
        /** There is no cache: half of each long prompt counts as cached. */
        NONE,
        /**
         * Every prefix in steps of 128 tokens, at no charge, as at <a
         * href="https://developers.openai.com/api/docs/guides/prompt-caching">OpenAI</a> until
         * GPT-5.5 (2026-11).
         */
        BLOCKS,
        /**
         * Prefixes up to breakpoints of the request, whose writes are billed. On OpenAI's wire
         * (from GPT-5.6), blocks with {@code prompt_cache_breakpoint} and, unless the request's
         * mode is explicit, the end of the last message. On <a
         * href="https://platform.claude.com/docs/en/build-with-claude/prompt-caching">Anthropic's</a>
         * wire, blocks with {@code cache_control} (2026-11).
         */
        BREAKPOINTS
    }

    public PromptCacheSettings {
        requireRange("min_tokens", minTokens, 1, Integer.MAX_VALUE);
        requireAtMost("ttl", ttl, Duration.ofHours(24));
        requireRange("requests_per_minute", requestsPerMinute, 0, Integer.MAX_VALUE);
    }

    ObjectNode toJson() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("match", match.name().toLowerCase(Locale.ROOT))
                .put("min_tokens", minTokens)
                .put("ttl", Durations.format(ttl))
                .put("requests_per_minute", requestsPerMinute);
    }
}
