package dev.millrace.retrieval.index;

import java.util.Map;

/**
 * A document of a collection.
 *
 * @param id unique in its collection, not blank
 * @param text the text that the positions of passages refer to
 * @param metadata values by key, which searches can filter by
 */
public record SourceDocument(String id, String text, Map<String, String> metadata) {
    /** Longest id, and longest key and value of the metadata together, in characters. */
    public static final int MAX_TERM_CHARS = 4096;

    public SourceDocument {
        metadata = Map.copyOf(metadata);
        if (id.isBlank() || id.length() > MAX_TERM_CHARS) {
            throw new IllegalArgumentException(
                    "id must have 1.." + MAX_TERM_CHARS + " characters, not all blank");
        }
        metadata.forEach(
                (key, value) -> {
                    if (key.length() + value.length() > MAX_TERM_CHARS) {
                        throw new IllegalArgumentException(
                                "metadata: a key and its value must have at most "
                                        + MAX_TERM_CHARS
                                        + " characters");
                    }
                });
    }
}
