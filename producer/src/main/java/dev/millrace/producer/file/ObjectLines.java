package dev.millrace.producer.file;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Writes each object of a sequence on a separate line. The objects can be elements of an array,
 * span lines or share one. Anything that is no object also becomes a line, up to the next line
 * break. A truncated object becomes a line that ends where the next object begins, on a line with
 * equal indentation. Used by one thread.
 */
final class ObjectLines extends InputStream {
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int BYTE = 0xFF;

    /** The position of the next byte. */
    private enum Place {
        BETWEEN,
        IN_OBJECT,
        IN_BROKEN_OBJECT,
        IN_OTHER
    }

    private final InputStream in;
    private final boolean isArray;
    private final ObjectScanner scanner = new ObjectScanner();
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final Output output = new Output();
    private Place place = Place.BETWEEN;

    /** Whether the present byte of {@link Place#IN_OTHER} is within a string. */
    private boolean isInString;

    /** True if the previous byte is a backslash that escapes the next byte. */
    private boolean isEscaped;

    /** Blanks since the last line break; -1 after another byte. */
    private int indentation;

    /** Indentation of the first object; -1 before it. */
    private int objectIndentation = -1;

    /**
     * @param isArray true if the objects are elements of an array
     */
    ObjectLines(InputStream in, boolean isArray) {
        this.in = in;
        this.isArray = isArray;
    }

    /** Gives access to its bytes, so that they are not copied. */
    private static final class Output extends ByteArrayOutputStream {
        private int position;

        boolean isRead() {
            return position == count;
        }

        int next() {
            return buf[position++] & BYTE;
        }

        int next(byte[] target, int offset, int length) {
            int taken = Math.min(length, count - position);
            System.arraycopy(buf, position, target, offset, taken);
            position += taken;
            return taken;
        }

        @Override
        public synchronized void reset() {
            super.reset();
            position = 0;
        }
    }

    @Override
    public int read() throws IOException {
        return fill() ? output.next() : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        return fill() ? output.next(target, offset, length) : -1;
    }

    /** Reads on if there is no output left; returns false at the end. */
    private boolean fill() throws IOException {
        while (output.isRead()) {
            output.reset();
            int read = in.read(buffer);
            if (read < 0) {
                return false;
            }
            for (int i = 0; i < read; i++) {
                accept(buffer[i]);
            }
        }
        return true;
    }

    private void accept(byte next) {
        switch (place) {
            case BETWEEN -> onBetween(next);
            case IN_OBJECT, IN_BROKEN_OBJECT -> onObject(next);
            case IN_OTHER -> onOther(next);
        }
        if (next == '\n') {
            indentation = 0;
        } else {
            indentation = indentation >= 0 && FileForm.isBlank(next) ? indentation + 1 : -1;
        }
    }

    private void onBetween(byte next) {
        if (next == '{') {
            start();
        } else if (!FileForm.isSeparator(next, isArray)) {
            place = Place.IN_OTHER;
            isInString = false;
            isEscaped = false;
            onOther(next);
        }
    }

    /**
     * In an array, content that is no object is an element that ends where the next element can
     * begin.
     */
    private void onOther(byte next) {
        if (next == '\n') {
            endLine();
        } else if (isArray && !isInString && isEndOfElement(next)) {
            endLine();
            onBetween(next);
        } else {
            output.write(next);
            isInString ^= next == '"' && !isEscaped;
            isEscaped = next == '\\' && !isEscaped;
        }
    }

    private static boolean isEndOfElement(byte next) {
        return next == ',' || next == '{' || next == '[' || next == ']';
    }

    private void start() {
        if (objectIndentation < 0) {
            objectIndentation = Math.max(indentation, 0);
        }
        place = Place.IN_OBJECT;
        scanner.start();
        scan((byte) '{');
    }

    private void onObject(byte next) {
        if (isStartOfNext(next)) {
            endLine();
            start();
        } else if (place == Place.IN_OBJECT) {
            scan(next);
        } else {
            write(next);
        }
    }

    private void scan(byte next) {
        switch (scanner.accept(next)) {
            case INSIDE -> write(next);
            case COMPLETE -> {
                write(next);
                endLine();
            }
            case BROKEN -> onBroken(next);
        }
    }

    /**
     * Writes a byte of a broken object, or begins the next object at a brace that cannot belong to
     * the broken one.
     */
    private void onBroken(byte next) {
        if (next == '{' && scanner.isAfterComma()) {
            endLine();
            start();
        } else {
            write(next);
            place = Place.IN_BROKEN_OBJECT;
        }
    }

    /** Returns true for a brace at the indentation of objects: no inner object has it. */
    private boolean isStartOfNext(byte next) {
        return next == '{' && indentation == objectIndentation;
    }

    /** Writes a byte of an object; a line break between its tokens becomes a blank. */
    private void write(byte next) {
        output.write(next == '\n' || next == '\r' ? ' ' : next);
    }

    private void endLine() {
        output.write('\n');
        place = Place.BETWEEN;
    }

    @Override
    public int available() throws IOException {
        return output.isRead() ? Math.min(in.available(), 1) : 1;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
