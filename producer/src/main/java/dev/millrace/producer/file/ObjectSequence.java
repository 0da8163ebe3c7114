package dev.millrace.producer.file;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The objects at the beginning of a file, up to the first byte that belongs to none. Used by one
 * thread.
 */
final class ObjectSequence {
    private final byte[] start;
    private final boolean isArray;
    private final ObjectScanner scanner = new ObjectScanner();
    private final List<byte[]> complete = new ArrayList<>();
    private boolean differsFromLines;

    /**
     * True if the current line differs. Evaluated at the end of the line, because the line can be
     * broken.
     */
    private boolean differsInLine;

    private boolean isBroken;
    private int position;

    private ObjectSequence(byte[] start, int from, boolean isArray) {
        this.start = start;
        this.isArray = isArray;
        position = from;
    }

    /**
     * Reads the objects.
     *
     * @param start the beginning of the file; can end anywhere
     * @param from the first byte to read
     * @param isArray true if the objects are elements of an array
     */
    static ObjectSequence read(byte[] start, int from, boolean isArray) {
        var sequence = new ObjectSequence(start, from, isArray);
        sequence.readAll();
        return sequence;
    }

    /** Returns the objects that are complete. */
    List<byte[]> complete() {
        return complete;
    }

    /** Returns true if an object spans lines, shares one, or has a separator around it. */
    boolean differsFromLines() {
        return differsFromLines;
    }

    /** Returns true if something else than an object was found. */
    boolean isBroken() {
        return isBroken;
    }

    private void readAll() {
        boolean isObjectInLine = false;
        while (position < start.length && !isBroken) {
            byte next = start[position];
            if (next == '{') {
                differsInLine |= isObjectInLine;
                isObjectInLine = true;
                readObject();
            } else if (FileForm.isSeparator(next, isArray)) {
                differsInLine |= !FileForm.isBlank(next) && !FileForm.isByteOrderMark(next);
                if (next == '\n') {
                    isObjectInLine = false;
                    endLine();
                }
                position++;
            } else {
                isBroken = true;
            }
        }
        if (!isBroken) {
            endLine();
        }
    }

    private void endLine() {
        differsFromLines |= differsInLine;
        differsInLine = false;
    }

    private void readObject() {
        int begin = position;
        scanner.start();
        var state = ObjectScanner.State.INSIDE;
        while (state == ObjectScanner.State.INSIDE && position < start.length) {
            state = scanner.accept(start[position]);
            position++;
        }
        switch (state) {
            case COMPLETE -> {
                differsInLine |= spansLines(begin);
                complete.add(Arrays.copyOfRange(start, begin, position));
            }
            // A truncated line is followed by a line that begins with a brace.
            case INSIDE ->
                    differsInLine |=
                            complete.isEmpty() && spansLines(begin) && !hasObjectAtLineStart(begin);
            case BROKEN -> isBroken = true;
        }
    }

    private boolean spansLines(int begin) {
        for (int i = begin; i < position; i++) {
            if (start[i] == '\n') {
                return true;
            }
        }
        return false;
    }

    private boolean hasObjectAtLineStart(int begin) {
        for (int i = begin + 1; i < position; i++) {
            if (start[i] == '{' && start[i - 1] == '\n') {
                return true;
            }
        }
        return false;
    }
}
