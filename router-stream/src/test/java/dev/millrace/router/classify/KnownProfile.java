package dev.millrace.router.classify;

import dev.millrace.contracts.catalog.Capability;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.policy.Complexity;
import dev.millrace.contracts.policy.TaskType;
import dev.millrace.router.classify.token.TokenCount;
import java.util.Optional;
import java.util.Set;

/**
 * Profile with fixed values.
 *
 * @param input input tokens for every model
 * @param output output tokens for every model
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
    /** Profile of a short question in no known language. */
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

    public KnownProfile withLatencySensitive(boolean hurried) {
        return new KnownProfile(
                complexity, needsReasoning, task, language, hurried, capabilities, input, output);
    }

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
    public long inputs() {
        return 1;
    }

    @Override
    public TokenCount inputTokens(Model model) {
        return input;
    }

    @Override
    public TokenCount outputTokens(Model model, Endpoint called) {
        return output;
    }
}
