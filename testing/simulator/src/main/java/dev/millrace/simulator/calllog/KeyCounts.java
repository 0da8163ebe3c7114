package dev.millrace.simulator.calllog;

/**
 * Counts the occurrences of many strings in about 20 bytes a string, by open addressing on a 64-bit
 * hash. Strings with equal hashes count as one string; among a million strings, the probability of
 * such a collision is 1 in 37 million. Not thread-safe.
 */
public final class KeyCounts {
    private static final int INITIAL_CAPACITY = 1 << 10;
    private static final int MAX_COUNT = 255;

    private final int maxKeys;
    private long[] hashes = new long[INITIAL_CAPACITY];
    private byte[] counts = new byte[INITIAL_CAPACITY];
    private int size;
    private long untracked;

    /**
     * Creates an empty table.
     *
     * @param maxKeys maximum number of distinct strings to count; other strings are {@link
     *     #untracked}
     */
    public KeyCounts(int maxKeys) {
        this.maxKeys = maxKeys;
    }

    /**
     * Increases the count of a string.
     *
     * @param amount 0 or 1; 0 adds the string without counting it
     * @return the new count, at most 255; -1 when the table is full and does not have the string
     */
    public int add(String key, int amount) {
        long hash = hash(key);
        int slot = slot(hashes, hash);
        if (hashes[slot] == 0) {
            if (size >= maxKeys) {
                untracked++;
                return -1;
            }
            size++;
            if (size > hashes.length / 2) {
                grow();
                slot = slot(hashes, hash);
            }
            hashes[slot] = hash;
        }
        int count = Math.min(MAX_COUNT, Byte.toUnsignedInt(counts[slot]) + amount);
        counts[slot] = (byte) count;
        return count;
    }

    /** Returns the number of distinct strings counted. */
    public int size() {
        return size;
    }

    /** Returns the number of {@link #add} calls that found the table full. */
    public long untracked() {
        return untracked;
    }

    private void grow() {
        long[] wider = new long[hashes.length * 2];
        byte[] widerCounts = new byte[wider.length];
        for (int i = 0; i < hashes.length; i++) {
            if (hashes[i] != 0) {
                int slot = slot(wider, hashes[i]);
                wider[slot] = hashes[i];
                widerCounts[slot] = counts[i];
            }
        }
        hashes = wider;
        counts = widerCounts;
    }

    private static int slot(long[] table, long hash) {
        int mask = table.length - 1;
        int slot = (int) hash & mask;
        while (table[slot] != 0 && table[slot] != hash) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    /** Hashes by FNV-1a over the characters, then a finalizer. Never 0, which marks a free slot. */
    private static long hash(String key) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < key.length(); i++) {
            hash = (hash ^ key.charAt(i)) * 0x100000001b3L;
        }
        hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
        hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
        hash ^= hash >>> 31;
        return hash == 0 ? 1 : hash;
    }
}
