package dev.millrace.producer.file;

import dev.millrace.contracts.json.JsonBytes;
import java.util.Optional;

/** The form of a batch file, decided by its beginning. */
sealed interface FileForm {
    /** One request in each line, or lines whose problems are to be reported one by one. */
    record Lines() implements FileForm {}

    /**
     * A sequence or an array of objects that are not one in each line.
     *
     * @param skipped bytes before the content: those of a byte order mark
     * @param isArray whether brackets stand around the objects
     */
    record Objects(int skipped, boolean isArray) implements FileForm {}

    /**
     * No batch file.
     *
     * @param problem what the file is, and what to do
     */
    record Unusable(String problem) implements FileForm {}

    /** The byte before each text in a JSON text sequence (RFC 7464). */
    byte RECORD_SEPARATOR = 0x1E;

    /**
     * Returns the form of a file.
     *
     * @param start the beginning of the file in UTF-8; may end anywhere
     */
    static FileForm of(byte[] start) {
        Optional<String> signature = FileSignature.problem(start);
        if (signature.isPresent()) {
            return new Unusable(signature.get());
        }
        int mark = JsonBytes.startsWithByteOrderMark(start) ? JsonBytes.BYTE_ORDER_MARK_BYTES : 0;
        int first = text(start, mark);
        if (first == start.length) {
            return new Lines();
        }
        boolean isArray = start[first] == '[' && isArrayOfObjects(start, first);
        if (!isArray && !hasObject(start, mark)) {
            return new Unusable(FileSignature.ofText(start, first));
        }
        ObjectSequence objects = ObjectSequence.read(start, mark, isArray);
        boolean isSplit = isArray || objects.differsFromLines();
        Optional<String> problem = isSplit ? Optional.empty() : BrokenLines.problem(start, mark);
        if (problem.isEmpty() && !objects.isBroken()) {
            problem = ForeignLines.problem(objects.complete());
        }
        return problem.<FileForm>map(Unusable::new)
                .orElseGet(() -> isSplit ? new Objects(mark, isArray) : new Lines());
    }

    static boolean isBlank(byte value) {
        return value == ' ' || value == '\t' || value == '\r' || value == '\n';
    }

    /**
     * Returns true for a byte that may stand between two objects.
     *
     * @param isInArray whether the objects are elements of an array
     */
    static boolean isSeparator(byte value, boolean isInArray) {
        return isBlank(value)
                || value == ','
                || value == RECORD_SEPARATOR
                || (isInArray && (value == '[' || value == ']'));
    }

    /** Returns the position of the first byte that is not blank, or the end. */
    private static int text(byte[] bytes, int from) {
        int i = from;
        while (i < bytes.length && (isBlank(bytes[i]) || bytes[i] == RECORD_SEPARATOR)) {
            i++;
        }
        return i;
    }

    private static boolean isArrayOfObjects(byte[] start, int bracket) {
        int next = text(start, bracket + 1);
        return next == start.length || start[next] == '{' || start[next] == ']';
    }

    /** Returns true if a line begins with an object. */
    private static boolean hasObject(byte[] start, int mark) {
        boolean isLineStart = true;
        for (int i = mark; i < start.length; i++) {
            if (isLineStart && start[i] == '{') {
                return true;
            }
            isLineStart =
                    start[i] == '\n'
                            || (isLineStart && (isBlank(start[i]) || start[i] == RECORD_SEPARATOR));
        }
        return false;
    }
}
