package dev.millrace.wire.translate.outcome;

import java.util.List;
import java.util.Set;

/**
 * A translation's result for planning.
 *
 * @param refused the fields that cannot be carried, in the order of the body; empty if the request
 *     can be translated
 * @param keys keys of the translated body whose value is not null: top-level keys, and as {@code
 *     a.b} the keys of objects among their values. The limit on output tokens of a chat completions
 *     body is {@code max_tokens}, whatever key the model uses
 */
public record TranslationPreview(List<UntranslatableField> refused, Set<String> keys) {}
