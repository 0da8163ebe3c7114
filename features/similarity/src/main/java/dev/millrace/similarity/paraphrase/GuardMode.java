package dev.millrace.similarity.paraphrase;

import java.util.Locale;

/** The permitted difference of two texts. */
public enum GuardMode {
    /** Permits no difference; content words must be equal apart from endings. */
    STRICT,
    /**
     * As strict, but each text can have one extra content word. The extra word must not be a name
     * or a unit, and the two extra words must not be opposites.
     */
    ONE_WORD,
    /** Every difference is permitted: only the embeddings count. */
    NONE;

    /** Returns the name in the configuration. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
