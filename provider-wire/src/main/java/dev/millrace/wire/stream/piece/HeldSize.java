package dev.millrace.wire.stream.piece;

import tools.jackson.databind.JsonNode;

/** Counts the characters that an unfinished answer holds in memory. Used by one thread. */
public final class HeldSize {
    private final long limit;
    private long characters;

    /**
     * Creates an empty count.
     *
     * @param limit maximum number of characters
     */
    public HeldSize(long limit) {
        this.limit = limit;
    }

    /** Counts a text. */
    public void add(String text) {
        characters += text.length();
    }

    /** Counts a value. */
    public void add(JsonNode value) {
        characters += size(value);
    }

    /** Counts a value that replaces another one. */
    public void replace(JsonNode old, JsonNode value) {
        characters += size(value) - size(old);
    }

    private static long size(JsonNode value) {
        return value.isString() ? value.stringValue().length() : value.toString().length();
    }

    /** Returns the number of characters. */
    public long characters() {
        return characters;
    }

    /** Returns true if the characters are more than allowed. */
    public boolean isOverLimit() {
        return characters > limit;
    }
}
