package dev.millrace.worker.prompt;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Shared prompts of simulated models, whose provider caches each prompt. */
public final class SimulatedPrompts {
    /** Longer than a history. With one key for all calls, each process warms each prompt once. */
    private static final Duration TTL = Duration.ofHours(1);

    private static final PromptCacheRule RULE =
            new PromptCacheRule(
                    "p",
                    List.of(),
                    1,
                    TTL,
                    1,
                    true,
                    Optional.of(new PromptCacheRule.Keys("prompt_cache_key", 0)),
                    Optional.empty());

    private SimulatedPrompts() {}

    public static WarmPrompts of(Set<String> models) {
        return new WarmPrompts(rules(models));
    }

    /** Returns prompts whose jobs wait for a call without end, also after it has failed. */
    public static WarmPrompts forgettingDeadLeaders(Set<String> models) {
        return new WarmPrompts(rules(models)) {
            @Override
            SharedPrompt prompt(PromptPrefix prefix, PromptCacheRule rule, PromptGroup group) {
                return new SharedPrompt(prefix, rule, group) {
                    @Override
                    public void onFailed(long nowNanos) {}

                    @Override
                    Duration longestWait() {
                        return Duration.ofDays(1);
                    }
                };
            }
        };
    }

    private static Map<String, PromptCacheRule> rules(Set<String> models) {
        return models.stream().collect(Collectors.toMap(it -> it, _ -> RULE));
    }
}
