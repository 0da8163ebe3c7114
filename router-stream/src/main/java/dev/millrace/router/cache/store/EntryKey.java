package dev.millrace.router.cache.store;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import org.apache.kafka.common.utils.Bytes;

/**
 * Builds and reads the keys of entries: a byte for the kind of the entry, then binary parts, so
 * that entries of a kind are sorted by these parts.
 */
final class EntryKey {
    /** Length of a cache key in bytes. */
    static final int CACHE_KEY_BYTES = 32;

    private EntryKey() {}

    /** The kinds of entries. The bytes are stored, so they must never change. */
    enum Kind {
        /** A cached answer: the bytes of its result line. */
        ANSWER('A'),
        /** What is known about a cached answer without reading it. */
        ANSWER_INFO('I'),
        /** An answer by the time of its last use. */
        LAST_USE('U'),
        FLIGHT('F'),
        /** Marks a flight whose followers are being ended or released. */
        PASS('P'),
        /** The outcome that such followers get. */
        PASS_OUTCOME('O'),
        /** A waiting job. */
        FOLLOWER('W'),
        /** A waiting job by its deadline. */
        DEADLINE('D'),
        TOTALS('T');

        private final byte code;

        Kind(char code) {
            this.code = (byte) code;
        }
    }

    /** Returns the cache key as bytes. */
    static byte[] bytes(String cacheKey) {
        return HexFormat.of().parseHex(cacheKey);
    }

    static Bytes of(Kind kind) {
        return Bytes.wrap(new byte[] {kind.code, 0});
    }

    static Bytes of(Kind kind, String cacheKey) {
        return Bytes.wrap(prefix(kind, CACHE_KEY_BYTES).put(bytes(cacheKey)).array());
    }

    /** Returns a key that sorts by the cache key first. */
    static Bytes of(Kind kind, String cacheKey, long number) {
        return Bytes.wrap(
                prefix(kind, CACHE_KEY_BYTES + Long.BYTES)
                        .put(bytes(cacheKey))
                        .putLong(number)
                        .array());
    }

    /** Returns a key that sorts by the number first, which must not be negative. */
    static Bytes of(Kind kind, long number, String cacheKey) {
        return Bytes.wrap(
                prefix(kind, Long.BYTES + CACHE_KEY_BYTES)
                        .putLong(number)
                        .put(bytes(cacheKey))
                        .array());
    }

    /** Returns a key that sorts by the first number, which must not be negative. */
    static Bytes of(Kind kind, long number, String cacheKey, long last) {
        return Bytes.wrap(
                prefix(kind, Long.BYTES + CACHE_KEY_BYTES + Long.BYTES)
                        .putLong(number)
                        .put(bytes(cacheKey))
                        .putLong(last)
                        .array());
    }

    /** Returns the lower bound of all keys of a kind; no entry has it. */
    static Bytes first(Kind kind) {
        return Bytes.wrap(new byte[] {kind.code});
    }

    /** Returns the upper bound of all keys of a kind; no entry has it. */
    static Bytes last(Kind kind) {
        return Bytes.wrap(new byte[] {(byte) (kind.code + 1)});
    }

    /** Returns the lower bound of the keys of a kind from a number on; no entry has it. */
    static Bytes from(Kind kind, long number) {
        return Bytes.wrap(prefix(kind, Long.BYTES).putLong(number).array());
    }

    /** Returns the first key after the given one. */
    static Bytes after(Bytes key) {
        return Bytes.wrap(Arrays.copyOf(key.get(), key.get().length + 1));
    }

    /** Returns the number that follows the kind. */
    static long number(Bytes key) {
        return ByteBuffer.wrap(key.get()).getLong(1);
    }

    /** Returns the cache key that follows the kind. */
    static String cacheKey(Bytes key) {
        return hex(key, 1);
    }

    /** Returns the cache key that follows the kind and a number. */
    static String cacheKeyAfterNumber(Bytes key) {
        return hex(key, 1 + Long.BYTES);
    }

    /** Returns the number at the end of the key. */
    static long lastNumber(Bytes key) {
        byte[] bytes = key.get();
        return ByteBuffer.wrap(bytes).getLong(bytes.length - Long.BYTES);
    }

    private static String hex(Bytes key, int at) {
        return HexFormat.of().formatHex(key.get(), at, at + CACHE_KEY_BYTES);
    }

    private static ByteBuffer prefix(Kind kind, int more) {
        return ByteBuffer.allocate(1 + more).put(kind.code);
    }
}
