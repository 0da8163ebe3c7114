package dev.millrace.similarity.chunk;

/**
 * A part of a text.
 *
 * @param start offset of its first character (UTF-16)
 * @param end offset after its last character, above {@code start}
 */
public record TextSpan(int start, int end) {
    public TextSpan {
        if (start < 0 || end <= start) {
            throw new IllegalArgumentException("a span from " + start + " to " + end);
        }
    }

    /** Returns the part of the text. */
    public String of(String text) {
        return text.substring(start, end);
    }
}
