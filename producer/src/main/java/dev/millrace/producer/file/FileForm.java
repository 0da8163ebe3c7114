package dev.millrace.producer.file;

import dev.millrace.contracts.json.JsonBytes;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** The form of a batch file, decided by its beginning. */
sealed interface FileForm {
    /** One request in each line, or lines whose problems are to be reported one by one. */
    record Lines() implements FileForm {
        @Override
        public InputStream lines(String name, InputStream text) {
            return text;
        }
    }

    /**
     * A sequence or an array of objects that are not one per line.
     *
     * @param skipped bytes before the content, of a byte order mark
     * @param isArray true if the objects are in brackets
     */
    record Objects(int skipped, boolean isArray) implements FileForm {
        @Override
        public InputStream lines(String name, InputStream text) throws IOException {
            text.skipNBytes(skipped);
            return new ObjectLines(text, isArray);
        }
    }

    /**
     * No batch file.
     *
     * @param problem the kind of the file, and what to do
     */
    record Unusable(String problem) implements FileForm {
        @Override
        public InputStream lines(String name, InputStream text) throws IOException {
            throw new UnusableFileException(name, problem);
        }
    }

    /**
     * Returns the content of a file of this form with one request in each line.
     *
     * @param name name of the file in messages
     * @param text the whole content
     * @throws UnusableFileException if the file is no batch file
     */
    InputStream lines(String name, InputStream text) throws IOException;

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
        Optional<String> problem = foreign(objects, start, first);
        if (problem.isEmpty() && !isSplit) {
            problem = BrokenLines.problem(start, mark);
        }
        return problem.<FileForm>map(Unusable::new)
                .orElseGet(() -> isSplit ? new Objects(mark, isArray) : new Lines());
    }

    private static Optional<String> foreign(ObjectSequence objects, byte[] start, int first) {
        if (objects.isBroken()) {
            return Optional.empty();
        }
        return objects.complete().isEmpty()
                ? ForeignLines.problemOfBeginning(start, first)
                : ForeignLines.problem(objects.complete());
    }

    static boolean isBlank(byte value) {
        return value == ' ' || value == '\t' || value == '\r' || value == '\n';
    }

    /**
     * Returns true for a byte of a byte order mark. Files keep their marks when they are joined.
     */
    static boolean isByteOrderMark(byte value) {
        return value == (byte) 0xEF || value == (byte) 0xBB || value == (byte) 0xBF;
    }

    /**
     * Returns true for a byte that can separate two objects.
     *
     * @param isInArray true if the objects are elements of an array
     */
    static boolean isSeparator(byte value, boolean isInArray) {
        return isBeforeText(value) || value == ',' || (isInArray && (value == '[' || value == ']'));
    }

    private static boolean isBeforeText(byte value) {
        return isBlank(value) || isByteOrderMark(value) || value == RECORD_SEPARATOR;
    }

    /** Returns the position of the first byte of a text, or the end. */
    private static int text(byte[] bytes, int from) {
        int i = from;
        while (i < bytes.length && isBeforeText(bytes[i])) {
            i++;
        }
        return i;
    }

    /**
     * Returns true if an array is empty or has an object, possibly in a nested array and after
     * other elements.
     */
    private static boolean isArrayOfObjects(byte[] start, int bracket) {
        try (JsonParser json = JsonBytes.parser(start, bracket, start.length - bracket)) {
            json.nextToken();
            JsonToken next = json.nextToken();
            boolean isEmpty = next == JsonToken.END_ARRAY;
            while (next != JsonToken.START_OBJECT && next != null) {
                next = json.nextToken();
            }
            return isEmpty || next == JsonToken.START_OBJECT;
        } catch (JacksonException e) {
            return text(start, bracket + 1) == start.length;
        }
    }

    /** Returns true if a line begins with an object. */
    private static boolean hasObject(byte[] start, int mark) {
        boolean isLineStart = true;
        for (int i = mark; i < start.length; i++) {
            if (isLineStart && start[i] == '{') {
                return true;
            }
            isLineStart = start[i] == '\n' || (isLineStart && isBeforeText(start[i]));
        }
        return false;
    }
}
