package dev.millrace.worker.prompt;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.catalog.PromptCacheMode;
import dev.millrace.contracts.money.Price;
import dev.millrace.worker.job.Prompts;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The prefixes that this worker's jobs share. While a prefix is cold, one call leads, and the
 * others wait until they can read what it has written: until it ends, or as long as such calls have
 * taken lately to the first token. Belongs to the loop's thread.
 */
public class WarmPrompts implements Prompts {
    /** Prefixes that are remembered; the longest unused is forgotten first. */
    private static final int MAX_GROUPS = 10_000;

    private final Map<String, PromptCacheRule> rules;
    private final Map<String, ColdCalls> coldCalls = new HashMap<>();
    private final LinkedHashMap<GroupId, PromptGroup> groups = new LinkedHashMap<>();
    private boolean hasReleased;

    private record GroupId(String model, String digest) {}

    /**
     * @param rules rules of models whose provider caches prompts, by catalog name
     */
    public WarmPrompts(Map<String, PromptCacheRule> rules) {
        this.rules = Map.copyOf(rules);
    }

    /** Returns the prompts of models whose bodies may get the fields that the rules name. */
    public static WarmPrompts of(MillraceConfig config, Collection<Model> served) {
        var rules = new HashMap<String, PromptCacheRule>();
        for (Model model : served) {
            config.providerOf(model)
                    .flatMap(it -> model.parameters().promptCache().or(it::promptCache))
                    .filter(it -> it == PromptCacheMode.AUTO)
                    .flatMap(_ -> PromptCacheRule.of(model.provider(), model.upstreamModel()))
                    .filter(it -> Collections.disjoint(it.fields(), model.parameters().names()))
                    .filter(it -> it.marks().isEmpty() || pricesWrites(model.price()))
                    .ifPresent(it -> rules.put(model.name(), it));
        }
        return new WarmPrompts(rules);
    }

    /** Without a price of writing, breakpoints would cost more than costs and budgets say. */
    private static boolean pricesWrites(Price price) {
        return price.cacheWrite().compareTo(price.input()) > 0;
    }

    /**
     * Returns the prompt of a job; null if its provider would not cache it. Records too short for a
     * cache are not read.
     *
     * @param model catalog name of the model
     */
    @Override
    public @Nullable SharedPrompt of(String model, String tenant, byte[] record, long nowNanos) {
        PromptCacheRule rule = rules.get(model);
        if (rule == null || !rule.caches(record.length)) {
            return null;
        }
        Optional<PromptPrefix> prefix = PromptPrefix.of(tenant, record);
        return prefix.filter(
                        it ->
                                rule.caches(it.bytes())
                                        || (rule.writesUnasked() && rule.caches(it.bodyBytes())))
                .map(it -> prompt(it, rule, group(model, it.digest(), nowNanos)))
                .orElse(null);
    }

    /** Creates the prompt of a job. */
    SharedPrompt prompt(PromptPrefix prefix, PromptCacheRule rule, PromptGroup group) {
        return new SharedPrompt(prefix, rule, group);
    }

    private PromptGroup group(String model, String digest, long nowNanos) {
        var id = new GroupId(model, digest);
        PromptGroup known = groups.remove(id);
        PromptGroup group =
                known == null
                        ? new PromptGroup(
                                coldCalls.computeIfAbsent(model, _ -> new ColdCalls()),
                                () -> hasReleased = true,
                                nowNanos)
                        : known;
        groups.put(id, group);
        if (groups.size() > MAX_GROUPS) {
            groups.pollFirstEntry();
        }
        return group;
    }

    /** Returns true if calls that have waited for another one can start since the last time. */
    @Override
    public boolean takeReleased() {
        boolean released = hasReleased;
        hasReleased = false;
        return released;
    }
}
