package dev.millrace.router.classify;

import dev.millrace.contracts.catalog.Capability;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.policy.Complexity;
import dev.millrace.contracts.policy.TaskType;
import dev.millrace.router.classify.token.TokenCount;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Classification of a request. Values are computed on demand, so callers should ask for cheap ones
 * first. Used by one thread.
 */
public interface Profile {

    /** Returns how hard the request is to answer well. */
    Complexity complexity();

    /** Returns true if the question asks for reasons, comparisons or the like. */
    boolean needsReasoning();

    /** Returns the kind of task. */
    TaskType task();

    /**
     * Returns the language of the question.
     *
     * @return an ISO 639-1 code; empty if the language is unknown
     */
    Optional<String> language();

    /**
     * Returns true if the language is one of the given ones. Cheaper than {@link #language},
     * because the script alone often rules them out.
     *
     * @param codes ISO 639-1 codes
     */
    default boolean languageIsOneOf(Set<String> codes) {
        return language().filter(codes::contains).isPresent();
    }

    /**
     * Returns true if the request asks for an answer soon, by its deadline or its text. The
     * priority does not count, because every call through the gateway is critical.
     */
    boolean isLatencySensitive();

    /** Returns the capabilities beyond text that a model needs. */
    Set<Capability> capabilities();

    /** Returns a cheap estimate of the input tokens for any model, for conditions and prices. */
    long quickInputTokens();

    /**
     * Returns the number of prompts or texts that the model reads independently of each other, at
     * least 1.
     */
    long inputs();

    /** Returns the input tokens of all inputs for a model, which may exceed its context window. */
    TokenCount inputTokens(Model model);

    /**
     * Returns an upper bound of {@link #inputTokens} by the size of the body, without counting
     * tokens. It grows with each byte of the body.
     */
    default OptionalLong maxInputTokens(Model model) {
        return inputTokens(model).atMost();
    }

    /**
     * Returns the output tokens of a model: a guess from the kind of task, and a hard bound.
     *
     * @param called the endpoint of the model that is called for the job
     */
    TokenCount outputTokens(Model model, Endpoint called);

    /** Returns the upper bound of {@link #outputTokens}, without guessing the kind of task. */
    default OptionalLong maxOutputTokens(Model model, Endpoint called) {
        return outputTokens(model, called).atMost();
    }
}
