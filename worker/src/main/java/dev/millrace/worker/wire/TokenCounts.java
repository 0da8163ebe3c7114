package dev.millrace.worker.wire;

import java.util.Map;

/**
 * The token counts of an answer's {@code usage} object.
 *
 * @param values by key; a count of a nested object has the key {@code <object>.<key>}
 */
public record TokenCounts(Map<String, Long> values) {
    /** More tokens than any call can use; a larger count is implausible. */
    private static final long MAX_TOKENS = 1_000_000_000_000L;

    /** Other counts, such as prices in ticks, have keys with another ending. */
    private static final String TOKENS = "_tokens";

    /** Returns false if a token count is negative or above {@link #MAX_TOKENS}. */
    boolean arePlausible() {
        return values.entrySet().stream()
                .noneMatch(
                        count ->
                                count.getKey().endsWith(TOKENS)
                                        && (count.getValue() < 0 || count.getValue() > MAX_TOKENS));
    }

    boolean has(String key) {
        return values.containsKey(key);
    }

    /** Returns a count, or 0 if it is missing. */
    long get(String key) {
        return values.getOrDefault(key, 0L);
    }

    /** Returns the largest of the counts, or 0 if all are missing. */
    long max(String... keys) {
        long max = 0;
        for (String key : keys) {
            max = Math.max(max, get(key));
        }
        return max;
    }
}
