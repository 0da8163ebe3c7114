package dev.millrace.router.classify;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Hash table of keywords. Lookups do not allocate, since every word of every job is looked up. */
final class KeywordTable {
    /** Length of the longest keyword. */
    static final int MAX_LENGTH = 16;

    private static final int LETTERS = 26;
    private static final int SLOTS = 512;
    private static final int PRIME = 31;

    private static final byte[] NONE = {};

    private final byte[][] words = new byte[SLOTS][];
    private final Keyword[] meanings = new Keyword[SLOTS];

    /** Bit set of keyword lengths by first letter, which rules out most words. */
    private final int[] lengths = new int[LETTERS];

    KeywordTable() {
        Arrays.fill(words, NONE);
        for (Keyword keyword : Keyword.values()) {
            for (String word : keyword.words()) {
                add(word.getBytes(US_ASCII), keyword);
            }
        }
    }

    private void add(byte[] word, Keyword meaning) {
        int slot = slot(hash(word, word.length));
        while (words[slot].length > 0) {
            slot = slot(slot + 1);
        }
        words[slot] = word;
        lengths[word[0] - 'a'] |= 1 << word.length;
        meanings[slot] = meaning;
    }

    private static int hash(byte[] letters, int length) {
        int hash = 0;
        for (int i = 0; i < length; i++) {
            hash = PRIME * hash + letters[i];
        }
        return hash ^ hash >>> 16;
    }

    private static int slot(int hash) {
        return hash & SLOTS - 1;
    }

    /**
     * Returns the keyword that a lower-case word belongs to; null for most words.
     *
     * @param length 1 to {@value #MAX_LENGTH}
     */
    @Nullable Keyword find(byte[] letters, int length) {
        int first = letters[0] - 'a';
        if (first < 0 || first >= LETTERS || (lengths[first] >> length & 1) == 0) {
            return null;
        }
        int slot = slot(hash(letters, length));
        while (words[slot].length > 0) {
            if (Arrays.equals(words[slot], 0, words[slot].length, letters, 0, length)) {
                return meanings[slot];
            }
            slot = slot(slot + 1);
        }
        return null;
    }
}
