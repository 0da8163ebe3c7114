package dev.millrace.contracts.job;

/**
 * A range of a record's bytes.
 *
 * @param start first byte
 * @param end byte after the last, not before {@code start}
 */
public record Span(int start, int end) {
    public Span {
        if (start < 0 || end < start) {
            throw new IllegalArgumentException("not a range: " + start + ".." + end);
        }
    }

    public int length() {
        return end - start;
    }
}
