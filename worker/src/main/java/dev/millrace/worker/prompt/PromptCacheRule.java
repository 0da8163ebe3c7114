package dev.millrace.worker.prompt;

import dev.millrace.worker.prompt.PromptFields.Breakpoint;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How a provider caches the prompts of some of its models. The rules are the lines of {@code
 * prompt-cache.tsv}.
 *
 * @param provider name of the ready configuration
 * @param models beginnings of the provider's names of the models; empty for every model
 * @param minimumTokens fewest tokens of a prefix that is cached
 * @param ttl time for which a prefix stays cached after its last use
 * @param breakEven fewest calls that share a prefix and together cost less with its caching than
 *     without
 * @param isReadableAtFirstToken true if other calls can read a prefix from the first token of an
 *     answer; false if that is not known, or needs several calls
 * @param keys how bodies bring calls together; empty if they cannot
 * @param marks how bodies say what is cached; empty if the provider finds out
 */
public record PromptCacheRule(
        String provider,
        List<String> models,
        int minimumTokens,
        Duration ttl,
        int breakEven,
        boolean isReadableAtFirstToken,
        Optional<Keys> keys,
        Optional<Marks> marks) {
    /** Bytes of a token in English text. Other texts have more tokens than this assumes. */
    private static final int BYTES_PER_TOKEN = 4;

    /**
     * A field that brings calls together.
     *
     * @param field top-level field of bodies
     * @param callsPerMinute most calls a minute with one value that find the cache; 0 for no such
     *     limit
     */
    public record Keys(String field, int callsPerMinute) {}

    /**
     * Fields that say what is cached.
     *
     * @param breakpoint ends a cached prefix
     * @param onlyMarked top-level field by which nothing else is cached; empty if that is so anyway
     */
    public record Marks(Breakpoint breakpoint, Optional<Breakpoint> onlyMarked) {}

    public PromptCacheRule {
        models = List.copyOf(models);
    }

    /** Finds the rule for a model by the provider's name; empty if none was read. */
    public static Optional<PromptCacheRule> of(String provider, String upstreamModel) {
        return PromptCacheRules.ALL.stream()
                .filter(it -> it.provider.equals(provider) && it.covers(upstreamModel))
                .findFirst();
    }

    private boolean covers(String upstreamModel) {
        return models.isEmpty() || models.stream().anyMatch(upstreamModel::startsWith);
    }

    /** Returns true if a prefix of this length is long enough, in English text. */
    public boolean caches(int bytes) {
        return bytes / BYTES_PER_TOKEN >= minimumTokens;
    }

    /** Returns the names of the fields that bodies can get. */
    public Set<String> fields() {
        var fields = new HashSet<String>();
        keys.ifPresent(it -> fields.add(it.field));
        marks.ifPresent(it -> fields.add(it.breakpoint.field()));
        marks.flatMap(Marks::onlyMarked).ifPresent(it -> fields.add(it.field()));
        return fields;
    }

    /** Returns true if the provider writes prompts into its cache, for a price, unasked. */
    public boolean writesUnasked() {
        return marks.flatMap(Marks::onlyMarked).isPresent();
    }
}
