package dev.millrace.producer.file;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Recognizes the forms of Unicode other than UTF-8, by the byte order mark or by the zero bytes
 * around the first characters. JSON begins with two ASCII characters, and has no zero bytes (RFC
 * 4627, section 3).
 */
final class UnicodeForm {
    private static final int BITS = 8;
    private static final int BYTE = 0xFF;
    private static final Charset UTF_32LE = Charset.forName("UTF-32LE");
    private static final Charset UTF_32BE = Charset.forName("UTF-32BE");

    private UnicodeForm() {}

    /**
     * Returns the encoding of a file.
     *
     * @param start the first four bytes of the file, or fewer if it is shorter
     * @return empty for UTF-8 and everything else
     */
    static Optional<Charset> of(byte[] start) {
        if (start.length < 2) {
            return Optional.empty();
        }
        int first = unsigned(start[0]) << BITS | unsigned(start[1]);
        int second = start.length < 4 ? -1 : unsigned(start[2]) << BITS | unsigned(start[3]);
        return Optional.ofNullable(
                switch (first) {
                    case 0xFFFE -> second == 0 ? UTF_32LE : StandardCharsets.UTF_16LE;
                    case 0xFEFF -> StandardCharsets.UTF_16BE;
                    case 0 -> second == 0xFEFF || isText(second) ? UTF_32BE : null;
                    default -> withoutMark(first, second);
                });
    }

    private static @Nullable Charset withoutMark(int first, int second) {
        if (isText(first) && isText(second)) {
            return StandardCharsets.UTF_16BE;
        }
        if (!isSwappedText(first)) {
            return null;
        }
        if (second == 0) {
            return UTF_32LE;
        }
        return isSwappedText(second) ? StandardCharsets.UTF_16LE : null;
    }

    private static int unsigned(byte value) {
        return value & BYTE;
    }

    /** Returns true for a zero byte followed by an ASCII character. */
    private static boolean isText(int pair) {
        return pair > 0 && pair < 0x80;
    }

    private static boolean isSwappedText(int pair) {
        return pair > 0 && (pair & BYTE) == 0 && isText(pair >> BITS);
    }
}
