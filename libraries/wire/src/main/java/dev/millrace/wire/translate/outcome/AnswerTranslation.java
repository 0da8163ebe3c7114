package dev.millrace.wire.translate.outcome;

import java.util.List;

/** The outcome of an answer's translation. */
public sealed interface AnswerTranslation {
    /**
     * The answer in the shape that the job's endpoint promises.
     *
     * @param omitted paths of fields that have a value and no place in that shape, in table
     *     notation such as {@code content[text].citations}
     */
    record Translated(byte[] body, List<String> omitted) implements AnswerTranslation {}

    /**
     * The body is no answer of the provider's wire, or has a form that cannot be represented.
     *
     * @param reason one human-readable sentence
     */
    record Unusable(String reason) implements AnswerTranslation {}
}
