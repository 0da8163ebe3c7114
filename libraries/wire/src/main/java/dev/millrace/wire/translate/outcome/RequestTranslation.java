package dev.millrace.wire.translate.outcome;

import java.util.List;

/** The outcome of a request's translation. */
public sealed interface RequestTranslation {
    /**
     * The request can be sent to the other wire.
     *
     * @param body the translated body
     * @param omitted paths of hints that the other wire has no place for, in table notation such as
     *     {@code messages[].content[].cache_control}; they change neither question nor answer
     */
    record Translated(byte[] body, List<String> omitted) implements RequestTranslation {}

    /**
     * The request cannot be carried faithfully.
     *
     * @param fields at least one, in the order of the body
     */
    record Refused(List<UntranslatableField> fields) implements RequestTranslation {}
}
