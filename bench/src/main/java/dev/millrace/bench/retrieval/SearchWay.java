package dev.millrace.bench.retrieval;

import dev.millrace.retrieval.index.SearchMode;
import java.util.Locale;

/** What a search includes. */
enum SearchWay {
    /** Only the embedding of the question. */
    EMBEDDING("embedding of the question", SearchMode.VECTORS, true),
    WORDS("by words", SearchMode.WORDS, false),
    VECTORS("by vectors, question embedded before", SearchMode.VECTORS, false),
    BOTH("by both, question embedded before", SearchMode.BOTH, false),
    VECTORS_WITH_EMBEDDING("by vectors, with the embedding", SearchMode.VECTORS, true),
    BOTH_WITH_EMBEDDING("by both, with the embedding", SearchMode.BOTH, true);

    private final String title;
    private final SearchMode mode;
    private final boolean embeds;

    SearchWay(String title, SearchMode mode, boolean embeds) {
        this.title = title;
        this.mode = mode;
        this.embeds = embeds;
    }

    String title() {
        return title;
    }

    SearchMode mode() {
        return mode;
    }

    /** Returns true if the question is embedded while the time is measured. */
    boolean embeds() {
        return embeds;
    }

    /** Returns the name in JSON. */
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
