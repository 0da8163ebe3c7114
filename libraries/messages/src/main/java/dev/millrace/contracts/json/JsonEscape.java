package dev.millrace.contracts.json;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Reads one escape sequence of a valid JSON string. */
final class JsonEscape {
    private static final int SIMPLE = 2;
    private static final int UNICODE = 6;
    private static final int HEX = 16;

    private JsonEscape() {}

    /** Returns the length of an escape sequence in bytes; a surrogate pair is one sequence. */
    static int length(byte[] json, int at) {
        if (json[at + 1] != 'u') {
            return SIMPLE;
        }
        return isPair(json, at) ? 2 * UNICODE : UNICODE;
    }

    /**
     * Returns the escaped character in UTF-8. A lone surrogate, which has no UTF-8 form, becomes
     * the three bytes that UTF-8 would use for its number.
     */
    static byte[] utf8(byte[] json, int at) {
        return switch (json[at + 1]) {
            case 'b' -> new byte[] {'\b'};
            case 'f' -> new byte[] {'\f'};
            case 'n' -> new byte[] {'\n'};
            case 'r' -> new byte[] {'\r'};
            case 't' -> new byte[] {'\t'};
            case 'u' -> unicode(json, at);
            default -> new byte[] {json[at + 1]};
        };
    }

    private static byte[] unicode(byte[] json, int at) {
        char first = unit(json, at);
        if (isPair(json, at)) {
            return new String(new char[] {first, unit(json, at + UNICODE)}).getBytes(UTF_8);
        }
        return Character.isSurrogate(first)
                ? new byte[] {
                    (byte) (0xE0 | first >> 12),
                    (byte) (0x80 | ((first >> 6) & 0x3F)),
                    (byte) (0x80 | (first & 0x3F))
                }
                : Character.toString(first).getBytes(UTF_8);
    }

    private static boolean isPair(byte[] json, int at) {
        int second = at + UNICODE;
        return Character.isHighSurrogate(unit(json, at))
                && second + UNICODE <= json.length
                && json[second] == '\\'
                && json[second + 1] == 'u'
                && Character.isLowSurrogate(unit(json, second));
    }

    private static char unit(byte[] json, int at) {
        int value = 0;
        for (int i = at + SIMPLE; i < at + UNICODE; i++) {
            value = value * HEX + Character.digit(json[i], HEX);
        }
        return (char) value;
    }
}
