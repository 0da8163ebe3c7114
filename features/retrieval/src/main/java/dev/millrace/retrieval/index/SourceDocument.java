package dev.millrace.retrieval.index;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A document of a collection.
 *
 * @param id unique in its collection, not blank
 * @param title human-readable name; null for none
 * @param source its origin, such as an address; null for none
 * @param text the text that the positions of passages refer to
 * @param metadata values by key, which searches can filter by
 */
public record SourceDocument(
        String id,
        @Nullable String title,
        @Nullable String source,
        String text,
        Map<String, String> metadata) {
    /** Longest id, and longest key and value of the metadata together, in characters. */
    public static final int MAX_TERM_CHARS = 4096;

    /** Creates a document without title and source. */
    public SourceDocument(String id, String text, Map<String, String> metadata) {
        this(id, null, null, text, metadata);
    }

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
