package dev.millrace.router.semantic;

import dev.millrace.router.entry.EntryKind;

/**
 * The kinds of entries of similar questions, in the store of the cache, which has other kinds. The
 * bytes are stored, so they must never change.
 */
enum QuestionKind implements EntryKind {
    /** A question whose answer similar questions can get. */
    QUESTION('Q'),
    /** The embedding of a question, by its namespace. */
    EMBEDDING('V'),
    /** A question by the time of its last use. */
    LAST_USE('L'),
    /** A waiting job whose question needs an embedding, by its position. */
    PENDING('E'),
    /** The rate at which answers to similar questions were right in a namespace. */
    VERIFICATION('S');

    private final byte code;

    QuestionKind(char code) {
        this.code = (byte) code;
    }

    @Override
    public byte code() {
        return code;
    }
}
