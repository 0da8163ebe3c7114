package dev.millrace.router.classify;

import dev.millrace.contracts.catalog.Capability;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.policy.Complexity;
import dev.millrace.contracts.policy.TaskType;
import dev.millrace.router.classify.token.TokenCount;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What kind of job a request is. Each answer is computed when it is first asked for, so whoever
 * decides asks for what is cheap first. One thread.
 */
public interface Profile {

    /** How hard it is to answer well. */
    Complexity complexity();

    /** Whether the question asks for reasons, comparisons or the like. */
    boolean needsReasoning();

    /** What is to be done. */
    TaskType task();

    /**
     * The language of the question.
     *
     * @return an ISO 639-1 code; empty when it cannot be told
     */
    Optional<String> language();

    /**
     * Whether the language is one of these. Cheaper than {@link #language}: the script alone often
     * tells that it is not.
     *
     * @param codes ISO 639-1
     */
    default boolean languageIsOneOf(Set<String> codes) {
        return language().filter(codes::contains).isPresent();
    }

    /** Whether someone waits for the answer. */
    boolean isLatencySensitive();

    /** What a model needs to be able to do beyond text. */
    Set<Capability> capabilities();

    /** A guess at the input tokens that is cheap and knows no model: for conditions and prices. */
    long quickInputTokens();

    /** What this model would have to read; whether that fits its window is not looked at. */
    TokenCount inputTokens(Model model);

    /** The upper bound of {@link #inputTokens} alone, for which nothing needs to be counted. */
    default OptionalLong mostInputTokens(Model model) {
        return inputTokens(model).atMost();
    }

    /**
     * What this model would answer: the estimate is a guess from the kind of task, no promise; the
     * bound is hard.
     */
    TokenCount outputTokens(Model model);
}
