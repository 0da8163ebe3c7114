package dev.millrace.router.classify;

import dev.millrace.contracts.catalog.Capability;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.policy.Complexity;
import dev.millrace.contracts.policy.TaskType;
import dev.millrace.router.classify.token.TokenCount;
import java.util.Optional;
import java.util.Set;

/**
 * A profile whose answers are known beforehand: for classifiers that find all of them at once, and
 * for tests.
 *
 * @param input tokens for every model
 * @param output tokens for every model
 */
public record KnownProfile(
        Complexity complexity,
        boolean needsReasoning,
        TaskType task,
        Optional<String> language,
        boolean isLatencySensitive,
        Set<Capability> capabilities,
        TokenCount input,
        TokenCount output)
        implements Profile {
    /** A short, unhurried question in no known language. */
    public static final KnownProfile PLAIN =
            new KnownProfile(
                    Complexity.SIMPLE,
                    false,
                    TaskType.CHAT,
                    Optional.empty(),
                    false,
                    Set.of(),
                    TokenCount.exactly(10),
                    TokenCount.exactly(10));

    public KnownProfile {
        capabilities = Set.copyOf(capabilities);
    }

    /** The same with another complexity. */
    public KnownProfile withComplexity(Complexity other) {
        return new KnownProfile(
                other,
                needsReasoning,
                task,
                language,
                isLatencySensitive,
                capabilities,
                input,
                output);
    }

    /** The same, with or without a need of reasoning. */
    public KnownProfile withReasoning(boolean needed) {
        return new KnownProfile(
                complexity,
                needed,
                task,
                language,
                isLatencySensitive,
                capabilities,
                input,
                output);
    }

    /** The same with another task. */
    public KnownProfile withTask(TaskType other) {
        return new KnownProfile(
                complexity,
                needsReasoning,
                other,
                language,
                isLatencySensitive,
                capabilities,
                input,
                output);
    }

    /** The same in a language. */
    public KnownProfile withLanguage(String code) {
        return new KnownProfile(
                complexity,
                needsReasoning,
                task,
                Optional.of(code),
                isLatencySensitive,
                capabilities,
                input,
                output);
    }

    /** The same, in a hurry or not. */
    public KnownProfile withLatencySensitive(boolean hurried) {
        return new KnownProfile(
                complexity, needsReasoning, task, language, hurried, capabilities, input, output);
    }

    /** The same with other needs. */
    public KnownProfile withCapabilities(Set<Capability> others) {
        return new KnownProfile(
                complexity,
                needsReasoning,
                task,
                language,
                isLatencySensitive,
                others,
                input,
                output);
    }

    /** The same with other lengths. */
    public KnownProfile withTokens(TokenCount otherInput, TokenCount otherOutput) {
        return new KnownProfile(
                complexity,
                needsReasoning,
                task,
                language,
                isLatencySensitive,
                capabilities,
                otherInput,
                otherOutput);
    }

    @Override
    public long quickInputTokens() {
        return input.estimate();
    }

    @Override
    public TokenCount inputTokens(Model model) {
        return input;
    }

    @Override
    public TokenCount outputTokens(Model model) {
        return output;
    }
}
