package dev.millrace.wire.translate.outcome;

import java.util.List;
import java.util.Set;

/**
 * What planning needs to know about the translation of a request.
 *
 * @param refused the fields that cannot be carried, in the order of the body; empty if the request
 *     can be translated
 * @param keys keys of the translated body whose value is not null: top-level keys, and as {@code
 *     a.b} the keys of objects among their values. The limit on output tokens of a chat completions
 *     body is {@code max_tokens}, whatever the model's own key
 */
public record TranslationPreview(List<UntranslatableField> refused, Set<String> keys) {}
