package dev.millrace.producer.file;

import dev.millrace.contracts.job.ParseResult;
import dev.millrace.contracts.job.RequestParser;
import dev.millrace.contracts.json.JsonBytes;
import java.util.Arrays;
import java.util.Optional;

/** Recognizes files whose lines look like JSON and are not, such as printed Python objects. */
final class BrokenLines {
    /** Fewer lines say too little about the others. */
    private static final int MIN_LINES = 2;

    private BrokenLines() {}

    /**
     * Returns the problem of a file of which no line is valid.
     *
     * @param start the beginning of the file; its last line counts only if it is complete
     * @param mark bytes of a byte order mark
     */
    static Optional<String> problem(byte[] start, int mark) {
        String first = null;
        int lines = 0;
        int begin = mark;
        while (begin < start.length) {
            int end = endOfLine(start, begin);
            byte[] line = Arrays.copyOfRange(start, begin, end);
            begin = end + 1;
            if (JsonBytes.isJson(line)) {
                return Optional.empty();
            }
            if (end < start.length && !isBlank(line)) {
                lines++;
                first = first == null ? reason(line) : first;
            }
        }
        return lines < MIN_LINES
                ? Optional.empty()
                : Optional.of(
                        "has no valid line among its first %d: the first one %s%s"
                                .formatted(lines, first, FileSignature.WANTED));
    }

    private static int endOfLine(byte[] bytes, int begin) {
        int i = begin;
        while (i < bytes.length && bytes[i] != '\n') {
            i++;
        }
        return i;
    }

    private static String reason(byte[] line) {
        return RequestParser.parse(line) instanceof ParseResult.Malformed(String reason)
                ? reason
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
