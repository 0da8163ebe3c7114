package dev.millrace.contracts.json;

import java.util.Optional;
import java.util.Set;

/**
 * Computes digests of JSON objects that are equal for objects of equal meaning: the order of keys,
 * white space and the notation of strings make no difference. Numbers must be written alike, since
 * 1 and 1.0 are different to some programs.
 */
public final class CanonicalJson {
    private CanonicalJson() {}

    /** Receives the fields of the object itself, in the order of the text. */
    @FunctionalInterface
    public interface FieldListener {
        /**
         * Handles a field.
         *
         * @param name the unescaped key, with each of its bytes in UTF-8 as a character
         * @param start where the value begins
         * @param end the byte after the value
         */
        void onField(String name, int start, int end);
    }

    /**
     * Returns the digest of an object: a SHA-256, 32 bytes. Returns empty if an object has a
     * duplicate key, because readers disagree on the value, or if there are too many keys to sort.
     *
     * @param json contains a valid JSON object from {@code start}
     */
    public static Optional<byte[]> digest(byte[] json, int start) {
        return digest(json, start, Set.of(), (name, from, to) -> {});
    }

    /**
     * Returns the digest of an object without some of its fields.
     *
     * @param leftOut keys of the object itself, in ASCII, that make no difference
     * @see #digest(byte[], int)
     */
    public static Optional<byte[]> digest(
            byte[] json, int start, Set<String> leftOut, FieldListener listener) {
        return new CanonicalJsonReader(json, start, leftOut, listener).digest();
    }
}
