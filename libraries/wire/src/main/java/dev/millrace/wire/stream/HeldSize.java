package dev.millrace.wire.stream;

import tools.jackson.databind.JsonNode;

/** Counts the characters that an unfinished answer holds in memory. Used by one thread. */
final class HeldSize {
    private final long limit;
    private long characters;

    /**
     * Creates an empty count.
     *
     * @param limit maximum number of characters
     */
    HeldSize(long limit) {
        this.limit = limit;
    }

    /** Counts a text. */
    void add(String text) {
        characters += text.length();
    }

    /** Counts a value. */
    void add(JsonNode value) {
        characters += size(value);
    }

    /** Counts a value that takes the place of another. */
    void replace(JsonNode old, JsonNode value) {
        characters += size(value) - size(old);
    }

    private static long size(JsonNode value) {
        return value.isString() ? value.stringValue().length() : value.toString().length();
    }

    /** Returns the number of characters. */
    long characters() {
        return characters;
    }

    /** Returns true if the characters are more than allowed. */
    boolean isOverLimit() {
        return characters > limit;
    }
}
