package dev.millrace.contracts.job;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The form of an endpoint's requests.
 *
 * @param promptKey key of the prompt: a list of messages, or one or several texts
 * @param acceptsText true if the prompt can be a plain text; false if it must be a list of messages
 * @param instructionsKey key of the instructions; empty if they are a message, or if there are none
 * @param textPart type of a message part with text; empty if the endpoint has no messages
 * @param limit keys of the limit on output tokens
 * @param hasBackgroundMode true if {@code background} in the body ends a call before its answer
 *     exists
 * @param smallestQuestion JSON fields of the smallest valid body, a short question, without the
 *     model
 */
public record RequestForm(
        String promptKey,
        boolean acceptsText,
        String instructionsKey,
        String textPart,
        Limit limit,
        boolean hasBackgroundMode,
        String smallestQuestion) {

    /**
     * The limit on output tokens.
     *
     * @param key key in the body; empty if the endpoint generates no output
     * @param reasoningKey key for OpenAI's reasoning models
     * @param isRequired true if a body without a limit is refused
     */
    public record Limit(String key, String reasoningKey, boolean isRequired) {
        /** No output, so no limit. */
        public static final Limit NONE = new Limit("", "", false);

        /** Returns an optional limit with the same key for all models. */
        public static Limit optional(String key) {
            return new Limit(key, key, false);
        }

        /** Returns the keys that a body can have. */
        Set<String> keys() {
            return Stream.of(key, reasoningKey)
                    .filter(it -> !it.isEmpty())
                    .collect(Collectors.toUnmodifiableSet());
        }
    }
}
