package dev.millrace.router.classify.text;

/**
 * Iterator over the characters of text spans. Resolves JSON escapes, returns U+FFFD for an unpaired
 * surrogate, and does not allocate. Used once, by one thread.
 */
public final class CodePoints {
    /** Follows the last character. */
    public static final int END = -1;

    private static final int REPLACEMENT = 0xFFFD;
    private static final int HEX_DIGITS = 4;
    private static final int CONTINUATION_BITS = 0x3F;
    private static final int THREE_BYTES = 0xE0;
    private static final int FOUR_BYTES = 0xF0;

    private final byte[] record;
    private final int[] bounds;
    private final int used;
    private int text;
    private int at;
    private int end;

    CodePoints(byte[] record, int[] bounds, int used) {
        this.record = record;
        this.bounds = bounds;
        this.used = used;
        at = used == 0 ? 0 : bounds[0];
        end = used == 0 ? 0 : bounds[1];
    }

    /** Returns the next character, or {@link #END}. */
    public int next() {
        if (at >= end) {
            return nextText();
        }
        int octet = record[at++];
        if (octet == '\\') {
            return escaped();
        }
        return octet >= 0 ? octet : encoded(octet & 0xFF);
    }

    /** Moves to the next text; returns a line break, or {@link #END} if there is none. */
    private int nextText() {
        text += 2;
        if (text >= used) {
            text = used;
            return END;
        }
        at = bounds[text];
        end = bounds[text + 1];
        return '\n';
    }

    private int encoded(int first) {
        int second = record[at++] & CONTINUATION_BITS;
        if (first < THREE_BYTES) {
            return (first & 0x1F) << 6 | second;
        }
        int third = record[at++] & CONTINUATION_BITS;
        if (first < FOUR_BYTES) {
            return (first & 0x0F) << 12 | second << 6 | third;
        }
        int fourth = record[at++] & CONTINUATION_BITS;
        return (first & 0x07) << 18 | second << 12 | third << 6 | fourth;
    }

    private int escaped() {
        int letter = record[at++];
        if (letter < 0) {
            // Happens only if a text was cut within an escape.
            at--;
            return '\\';
        }
        return switch (letter) {
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'u' -> escapedUnit();
            default -> letter;
        };
    }

    private int escapedUnit() {
        int unit = hex();
        if (!Character.isSurrogate((char) unit)) {
            return unit;
        }
        boolean followed =
                Character.isHighSurrogate((char) unit)
                        && at + 1 < end
                        && record[at] == '\\'
                        && record[at + 1] == 'u';
        if (!followed) {
            return REPLACEMENT;
        }
        int mark = at;
        at += 2;
        int low = hex();
        if (Character.isLowSurrogate((char) low)) {
            return Character.toCodePoint((char) unit, (char) low);
        }
        at = mark;
        return REPLACEMENT;
    }

    /** Reads four hex digits. Checks bounds, because a text can be cut within an escape. */
    private int hex() {
        int value = 0;
        for (int i = 0; i < HEX_DIGITS && at < record.length; i++) {
            value = value << 4 | Math.max(0, Character.digit(record[at++], 16));
        }
        return value;
    }
}
