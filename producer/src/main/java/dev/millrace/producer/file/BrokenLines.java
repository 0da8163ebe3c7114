package dev.millrace.producer.file;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.job.ParseResult;
import dev.millrace.contracts.job.RequestParser;
import dev.millrace.contracts.json.JsonBytes;
import java.util.Arrays;
import java.util.Optional;

/** Recognizes files whose lines look like JSON and are not, such as printed Python objects. */
final class BrokenLines {
    /** Fewer lines are no evidence about the other lines. */
    private static final int MIN_LINES = 2;

    private BrokenLines() {}

    /**
     * Returns the problem of a file without a valid line, or with several lines that are valid in
     * another encoding.
     *
     * @param start the beginning of the file; its last line counts only if it is complete
     * @param mark bytes of a byte order mark
     */
    static Optional<String> problem(byte[] start, int mark) {
        String first = null;
        int lines = 0;
        int valid = 0;
        int latin = 0;
        int begin = mark;
        while (begin < start.length) {
            int end = endOfLine(start, begin);
            byte[] line = Arrays.copyOfRange(start, begin, end);
            begin = end + 1;
            boolean isValid = JsonBytes.isJson(line);
            valid += isValid ? 1 : 0;
            if (end < start.length && !isBlank(line)) {
                lines++;
                latin += !isValid && isLatin(line) ? 1 : 0;
                first = first == null ? reason(line) : first;
            }
        }
        if (latin >= MIN_LINES) {
            return Optional.of(
                    "is not UTF-8: %d of its first %d lines are in another encoding, such as Windows-1252; convert the file, for example with iconv -f WINDOWS-1252 -t UTF-8"
                            .formatted(latin, lines));
        }
        return valid > 0 || lines < MIN_LINES
                ? Optional.empty()
                : Optional.of(
                        "has no valid line among its first %d: the first one %s%s"
                                .formatted(lines, first, FileSignature.WANTED));
    }

    /** Returns true for JSON in an encoding of one byte for each character, such as Latin-1. */
    private static boolean isLatin(byte[] line) {
        return !JsonBytes.isUtf8(line)
                && JsonBytes.isJson(new String(line, ISO_8859_1).getBytes(UTF_8));
    }

    private static int endOfLine(byte[] bytes, int begin) {
        int i = begin;
        while (i < bytes.length && bytes[i] != '\n') {
            i++;
        }
        return i;
    }

    private static String reason(byte[] line) {
        return RequestParser.parse(line) instanceof ParseResult.Malformed malformed
                ? malformed.reason()
                : "is not valid JSON";
    }

    private static boolean isBlank(byte[] line) {
        for (byte it : line) {
            if (!FileForm.isBlank(it)) {
                return false;
            }
        }
        return true;
    }
}
