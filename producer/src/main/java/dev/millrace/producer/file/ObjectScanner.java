package dev.millrace.producer.file;

import java.util.BitSet;

/**
 * Finds the end of a JSON object in UTF-8 bytes without decoding it. Notices where an object has
 * been cut off and something else follows. Does not find every error: the parser of the line does.
 */
final class ObjectScanner {
    /** Deeper objects cannot be requests. */
    private static final int MAX_DEPTH = 1_000;

    /** The state after a byte. */
    enum State {
        /** The object continues. */
        INSIDE,
        /** The byte was the last one of the object. */
        COMPLETE,
        /** The byte cannot belong to the object. */
        BROKEN
    }

    /** The containers around the current byte; true for an array, false for an object. */
    private final BitSet arrays = new BitSet();

    private int depth;
    private boolean isInString;
    private boolean isEscaped;

    /** The last byte outside strings that is no white space; a quote for a string. */
    private byte last;

    /** Forgets the bytes before; the next byte must be an opening brace. */
    void start() {
        depth = 0;
        isInString = false;
        isEscaped = false;
        last = ':';
    }

    /** Returns true if the last byte that was accepted outside of strings is a comma. */
    boolean isAfterComma() {
        return last == ',';
    }

    State accept(byte next) {
        if (isInString) {
            return inString(next);
        }
        if (FileForm.isBlank(next)) {
            return State.INSIDE;
        }
        State state =
                switch (next) {
                    case '{', '[' -> open(next == '[');
                    case '}', ']' -> close(next == ']');
                    case '"' -> {
                        isInString = true;
                        yield State.INSIDE;
                    }
                    default -> State.INSIDE;
                };
        if (state != State.BROKEN) {
            last = next;
        }
        return state;
    }

    private State inString(byte next) {
        if (next == '\n' || next == '\r') {
            // JSON has no line breaks in strings.
            return State.BROKEN;
        }
        if (isEscaped) {
            isEscaped = false;
        } else if (next == '\\') {
            isEscaped = true;
        } else if (next == '"') {
            isInString = false;
        }
        return State.INSIDE;
    }

    private State open(boolean isArray) {
        boolean isValue = last == ':' || (arrays.get(depth - 1) && (last == ',' || last == '['));
        if (depth == MAX_DEPTH || !isValue) {
            return State.BROKEN;
        }
        arrays.set(depth, isArray);
        depth++;
        return State.INSIDE;
    }

    private State close(boolean isArray) {
        depth--;
        if (arrays.get(depth) != isArray) {
            return State.BROKEN;
        }
        return depth == 0 ? State.COMPLETE : State.INSIDE;
    }
}
