package dev.millrace.retrieval.index;

import java.util.Locale;

/** How passages are found. */
public enum SearchMode {
    /** By the words that a passage shares with the question, weighted by BM25. */
    BM25,
    /** By the cosine of the embeddings of passage and question. */
    VECTORS,
    /** By both, joined by reciprocal rank fusion. */
    BOTH;

    /** Returns the word for this mode on the command line. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    boolean usesWords() {
        return this != VECTORS;
    }

    boolean usesVectors() {
        return this != BM25;
    }
}
