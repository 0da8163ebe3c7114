package dev.millrace.standalone.audit.log;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a log whose JSON spans several lines: consecutive values, and lists of values whose items
 * are entries. Splits the bytes by brackets outside of strings, and leaves the syntax check to the
 * parser.
 */
final class JsonValueReader implements LogReader {
    private static final int LINE_FEED = '\n';
    private static final int QUOTE = '"';

    private final InputStream in;
    private final LogLineParser parser = new LogLineParser();
    private final ByteArrayOutputStream entry = new ByteArrayOutputStream();
    private long line = 1;
    private boolean isInList;
    private int pushedBack = -1;

    JsonValueReader(InputStream in) {
        this.in = in;
    }

    @Override
    public @Nullable LogEntry next() throws IOException {
        int first = read();
        while (first >= 0 && isBetween(first)) {
            first = read();
        }
        if (first < 0) {
            return null;
        }
        long start = line;
        boolean isTooLarge = readEntry(first);
        return isTooLarge
                ? LogEntry.unreadable(start, TOO_LARGE)
                : new LogEntry(start, parser.parse(entry.toByteArray()));
    }

    /** Returns true for white space, a byte order mark, and the punctuation of a list. */
    private boolean isBetween(int c) {
        boolean isEdge = c == (isInList ? ']' : '[');
        if (isEdge) {
            isInList = !isInList;
        }
        return isEdge || c == ',' || c <= ' ' || c == 0xEF || c == 0xBB || c == 0xBF;
    }

    /** Reads a value into {@code entry}; returns true if it is too large. */
    private boolean readEntry(int first) throws IOException {
        entry.reset();
        long size = 0;
        int depth = 0;
        boolean isInText = false;
        boolean isEscaped = false;
        for (int c = first; c >= 0; c = read()) {
            boolean isAtEnd = depth == 0 && !isInText && size > 0 && isEnd(c);
            if (isAtEnd) {
                pushedBack = c;
                break;
            }
            if (++size <= MAX_BYTES) {
                entry.write(c);
            }
            if (isInText) {
                isInText = c != QUOTE || isEscaped;
                isEscaped = c == '\\' && !isEscaped;
            } else {
                isInText = c == QUOTE;
                depth += depthOf(c);
                if (depth <= 0 && (c == '}' || c == ']')) {
                    break;
                }
            }
        }
        return size > MAX_BYTES;
    }

    private static int depthOf(int c) {
        return switch (c) {
            case '{', '[' -> 1;
            case '}', ']' -> -1;
            default -> 0;
        };
    }

    /** Returns true for a character that ends a number or a word. */
    private static boolean isEnd(int c) {
        return c <= ' ' || c == ',' || c == ']' || c == '{' || c == '[';
    }

    private int read() throws IOException {
        int c = pushedBack >= 0 ? pushedBack : in.read();
        if (c == LINE_FEED && pushedBack < 0) {
            line++;
        }
        pushedBack = -1;
        return c;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
