package dev.millrace.retrieval.document;

import dev.millrace.contracts.retrieval.CollectionNames;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A document on its topic.
 *
 * @param title human-readable name, at most {@link #MAX_TITLE_CHARS}; null for none
 * @param source its origin, such as an address or a file, at most {@link #MAX_SOURCE_CHARS}; null
 *     for none
 * @param metadata values by key, which requests can filter by; see {@link CollectionNames}
 * @param text the text that the positions of passages refer to, not blank
 */
public record StoredDocument(
        @Nullable String title,
        @Nullable String source,
        Map<String, String> metadata,
        String text) {
    /** Longest title, in characters. */
    public static final int MAX_TITLE_CHARS = 200;

    /** Longest source, in characters. */
    public static final int MAX_SOURCE_CHARS = 1_000;

    public StoredDocument {
        metadata = Map.copyOf(metadata);
        require(title == null || title.length() <= MAX_TITLE_CHARS, "title is too long");
        require(source == null || source.length() <= MAX_SOURCE_CHARS, "source is too long");
        require(
                metadata.size() <= CollectionNames.MAX_ENTRIES
                        && metadata.entrySet().stream()
                                .allMatch(
                                        it ->
                                                CollectionNames.isMetadata(
                                                        it.getKey(), it.getValue())),
                "metadata " + CollectionNames.METADATA_RULE);
        require(!text.isBlank(), "text is empty");
    }

    private static void require(boolean condition, String problem) {
        if (!condition) {
            throw new IllegalArgumentException(problem);
        }
    }
}
