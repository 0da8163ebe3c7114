package dev.millrace.router.classify.text;

import java.util.Arrays;

/**
 * Texts of a request, as spans of JSON strings without quotes, in record order. Filled by one
 * thread, then only read.
 */
public final class TextSpans {
    private static final int INITIAL_BOUNDS = 8;
    private static final int CONTINUATION_MASK = 0xC0;
    private static final int CONTINUATION = 0x80;

    private final byte[] record;
    private int[] bounds = new int[INITIAL_BOUNDS];
    private int used;
    private long bytes;

    /**
     * @param record contains the texts as strict UTF-8; shared, so it must not be modified
     */
    public TextSpans(byte[] record) {
        this.record = record;
    }

    /**
     * Adds the content of one JSON string.
     *
     * @param start position of its first byte, behind the opening quote
     * @param end position of the closing quote
     */
    public void add(int start, int end) {
        if (used == bounds.length) {
            bounds = Arrays.copyOf(bounds, 2 * used);
        }
        bounds[used++] = start;
        bounds[used++] = end;
        bytes += end - start;
    }

    public boolean isEmpty() {
        return bytes == 0;
    }

    /** Returns the number of texts. */
    public int count() {
        return used / 2;
    }

    /** Returns the size of all texts in JSON, which is at least their size in UTF-8. */
    public long bytes() {
        return bytes;
    }

    /** Iterates over all characters, with a line break between texts. */
    public CodePoints characters() {
        return new CodePoints(record, bounds, used);
    }

    /**
     * Returns the beginning and the end, where instructions usually are.
     *
     * @param max maximum size of each part, in bytes
     * @return this object if the texts are not longer than both parts
     */
    public TextSpans outline(int max) {
        if (bytes <= 2L * max) {
            return this;
        }
        var outline = new TextSpans(record);
        addHead(outline, max);
        int heads = outline.used;
        addTail(outline, max);
        outline.reverse(heads);
        return outline;
    }

    private void addHead(TextSpans outline, int max) {
        int left = max;
        for (int i = 0; i < used && left > 0; i += 2) {
            int length = Math.min(left, bounds[i + 1] - bounds[i]);
            outline.add(bounds[i], bounds[i] + length);
            left -= length;
        }
    }

    /** Adds the end, last text first; the caller reverses the order. */
    private void addTail(TextSpans outline, int max) {
        int left = max;
        for (int i = used - 2; i >= 0 && left > 0; i -= 2) {
            int length = Math.min(left, bounds[i + 1] - bounds[i]);
            outline.add(startOfCharacter(bounds[i + 1] - length), bounds[i + 1]);
            left -= length;
        }
    }

    private int startOfCharacter(int position) {
        int start = position;
        while ((record[start] & CONTINUATION_MASK) == CONTINUATION) {
            start++;
        }
        return start;
    }

    /** Reverses the order of the texts from a position in the bounds. */
    private void reverse(int from) {
        for (int low = from, high = used - 2; low < high; low += 2, high -= 2) {
            swap(low, high);
            swap(low + 1, high + 1);
        }
    }

    private void swap(int a, int b) {
        int kept = bounds[a];
        bounds[a] = bounds[b];
        bounds[b] = kept;
    }

    /** Decodes all texts into one string, with a line break between them. */
    public String decoded() {
        return decoded(characters(), Long.MAX_VALUE);
    }

    /**
     * Decodes the beginning of one text.
     *
     * @param index index of the text, from 0
     * @param max maximum number of characters (code points)
     */
    public String decoded(int index, long max) {
        int[] one = {bounds[2 * index], bounds[2 * index + 1]};
        return decoded(new CodePoints(record, one, one.length), max);
    }

    private static String decoded(CodePoints characters, long max) {
        var text = new StringBuilder();
        for (long i = 0; i < max; i++) {
            int c = characters.next();
            if (c == CodePoints.END) {
                break;
            }
            text.appendCodePoint(c);
        }
        return text.toString();
    }
}
