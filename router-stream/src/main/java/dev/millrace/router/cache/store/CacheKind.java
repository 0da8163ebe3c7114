package dev.millrace.router.cache.store;

import dev.millrace.router.entry.EntryKind;

/**
 * The kinds of entries that only the cache has. In its store, waiting jobs have {@code W}, {@code
 * D} and {@code T}, and similar questions have {@code E}, {@code L}, {@code Q}, {@code S} and
 * {@code V}. The bytes are stored, so they must never change.
 */
enum CacheKind implements EntryKind {
    /** A cached answer: the bytes of its result line. */
    ANSWER('A'),
    /** Information about a cached answer, stored separately from the answer. */
    ANSWER_INFO('I'),
    /** An answer by the time of its last use. */
    LAST_USE('U'),
    SHARED_CALL('F'),
    /** Marks a shared call whose pass is running. */
    PASS('P'),
    /** The outcome that a running pass gives to followers. */
    PASS_OUTCOME('O'),
    /** Sizes and counts. */
    STATS('C');

    private final byte code;

    CacheKind(char code) {
        this.code = (byte) code;
    }

    @Override
    public byte code() {
        return code;
    }
}
