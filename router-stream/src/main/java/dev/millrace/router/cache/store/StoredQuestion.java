package dev.millrace.router.cache.store;

/** A question that is stored beside an answer, which similar questions can get. */
public interface StoredQuestion {
    /** Returns the hash of all else that the answer depends on, 64 hex digits. */
    String namespace();

    /** Returns the user's question. */
    String text();
}
