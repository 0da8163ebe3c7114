package dev.millrace.simulator.answer;

import org.jspecify.annotations.Nullable;

/**
 * The rejection of a request body with status 400.
 *
 * @param message human-readable explanation
 * @param param the invalid field; null when the whole body is invalid
 * @param model the requested model; empty when unreadable
 */
public record InvalidRequest(String message, @Nullable String param, String model)
        implements AnswerResult {}
