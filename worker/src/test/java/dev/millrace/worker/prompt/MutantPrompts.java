package dev.millrace.worker.prompt;

import dev.millrace.wire.prompt.PromptCacheRule;
import dev.millrace.wire.prompt.PromptPrefix;
import java.time.Duration;
import java.util.Map;

/** Shared prompts with a deliberate fault. */
public final class MutantPrompts {
    private MutantPrompts() {}

    /** Returns prompts whose jobs wait for a call without end, also after it has failed. */
    public static WarmPrompts forgettingDeadLeaders(Map<String, PromptCacheRule> rules) {
        return new WarmPrompts(rules) {
            @Override
            SharedPrompt prompt(PromptPrefix prefix, PromptCacheRule rule, PromptGroup group) {
                return new SharedPrompt(prefix, rule, group) {
                    @Override
                    public void onFailed() {}

                    @Override
                    public Duration longestWait() {
                        return Duration.ofDays(1);
                    }
                };
            }
        };
    }
}
