package dev.millrace.router.classify.text;

import java.util.Arrays;

/**
 * The texts of a request: JSON strings without their quotes, in the order in which they stand in
 * the record. Filled by one thread, then only read.
 */
public final class Texts {
    private static final int INITIAL_BOUNDS = 8;
    private static final int CONTINUATION_MASK = 0xC0;
    private static final int CONTINUATION = 0x80;

    private final byte[] record;
    private int[] bounds = new int[INITIAL_BOUNDS];
    private int used;
    private long bytes;

    /**
     * @param record holds the texts as strict UTF-8; shared, not to be written to
     */
    public Texts(byte[] record) {
        this.record = record;
    }

    /**
     * Adds the content of one JSON string.
     *
     * @param start of its first character, behind the quote
     * @param end of its last one, where the closing quote stands
     */
    public void add(int start, int end) {
        if (used == bounds.length) {
            bounds = Arrays.copyOf(bounds, 2 * used);
        }
        bounds[used++] = start;
        bounds[used++] = end;
        bytes += end - start;
    }

    /** Forgets all texts. */
    public void clear() {
        used = 0;
        bytes = 0;
    }

    public boolean isEmpty() {
        return bytes == 0;
    }

    /** How many texts there are. */
    public int count() {
        return used / 2;
    }

    /** Bytes of all texts as JSON writes them, at least as many as in plain UTF-8. */
    public long bytes() {
        return bytes;
    }

    /** All characters from front to back, with a line break between texts. */
    public CodePoints characters() {
        return new CodePoints(record, bounds, used);
    }

    /**
     * The beginning and the end, where instructions stand.
     *
     * @param most bytes of each of the two
     * @return these texts when they are not longer than both parts
     */
    public Texts outline(int most) {
        if (bytes <= 2L * most) {
            return this;
        }
        var outline = new Texts(record);
        addHead(outline, most);
        int heads = outline.used;
        addTail(outline, most);
        outline.reverse(heads);
        return outline;
    }

    private void addHead(Texts outline, int most) {
        int left = most;
        for (int i = 0; i < used && left > 0; i += 2) {
            int length = Math.min(left, bounds[i + 1] - bounds[i]);
            outline.add(bounds[i], bounds[i] + length);
            left -= length;
        }
    }

    /** From the last text on, so in the wrong order. */
    private void addTail(Texts outline, int most) {
        int left = most;
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

    /** Turns the order of the texts round from a position in the bounds on. */
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

    /** All texts as one string, with a line break between them. */
    public String decoded() {
        return decoded(characters(), Long.MAX_VALUE);
    }

    /**
     * The beginning of one text.
     *
     * @param index of the text, from 0
     * @param most characters (code points) of it
     */
    public String decoded(int index, long most) {
        int[] one = {bounds[2 * index], bounds[2 * index + 1]};
        return decoded(new CodePoints(record, one, one.length), most);
    }

    private static String decoded(CodePoints characters, long most) {
        var text = new StringBuilder();
        for (long i = 0; i < most; i++) {
            int c = characters.next();
            if (c == CodePoints.END) {
                break;
            }
            text.appendCodePoint(c);
        }
        return text.toString();
    }
}
