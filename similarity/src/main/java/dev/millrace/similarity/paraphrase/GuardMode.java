package dev.millrace.similarity.paraphrase;

import java.util.Locale;

/** How much two texts may differ. */
public enum GuardMode {
    /** No difference is permitted, and content words must be the same apart from endings. */
    STRICT,
    /**
     * As strict, but each text may have one content word that the other has not, if neither is a
     * name or a unit, and they are no opposites.
     */
    ONE_WORD,
    /** Every difference is permitted: only the embeddings count. */
    NONE;

    /** Returns the name in the configuration. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
