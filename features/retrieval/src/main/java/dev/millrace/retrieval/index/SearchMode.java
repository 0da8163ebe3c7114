package dev.millrace.retrieval.index;

/** The method of finding passages. */
public enum SearchMode {
    /** By the words that a passage shares with the question, weighted by BM25. */
    WORDS,
    /** By the cosine of the embeddings of passage and question. */
    VECTORS,
    /** By both, joined by reciprocal rank fusion. */
    BOTH;

    boolean usesWords() {
        return this != VECTORS;
    }

    boolean usesVectors() {
        return this != WORDS;
    }
}
