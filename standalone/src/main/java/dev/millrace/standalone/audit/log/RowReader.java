package dev.millrace.standalone.audit.log;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the rows of a table (RFC 4180). A quoted field can contain separators, line breaks and
 * doubled quotes. Skips blank lines.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc4180">RFC 4180</a>
 */
final class RowReader implements AutoCloseable {
    /** Fields that are kept of a row; a header has far fewer. */
    private static final int MAX_FIELDS = 10_000;

    private final BufferedReader in;
    private final char separator;
    private final StringBuilder field = new StringBuilder();
    private long line;
    private long number;
    private long size;

    RowReader(BufferedReader in, char separator) {
        this.in = in;
        this.separator = separator;
    }

    /** Returns the fields of the next row; null at the end. */
    @Nullable List<String> next() throws IOException {
        int c = in.read();
        while (c == '\n' || c == '\r') {
            line += c == '\n' ? 1 : 0;
            c = in.read();
        }
        if (c < 0) {
            return null;
        }
        number = line + 1;
        size = 0;
        List<String> fields = new ArrayList<>();
        while (c >= 0 && c != '\n') {
            c = readField(c, fields);
        }
        line++;
        return fields;
    }

    /** Reads a field from its first character; returns the first one after its separator. */
    private int readField(int first, List<String> fields) throws IOException {
        field.setLength(0);
        int c = first;
        boolean isQuoted = c == '"';
        if (isQuoted) {
            c = readQuoted();
        }
        while (c >= 0 && c != separator && c != '\n') {
            keep(c);
            c = in.read();
        }
        add(stripped(), fields);
        if (c != separator) {
            return c;
        }
        int next = in.read();
        if (next < 0 || next == '\n') {
            add("", fields);
        }
        return next;
    }

    private static void add(String value, List<String> fields) {
        if (fields.size() < MAX_FIELDS) {
            fields.add(value);
        }
    }

    /** Returns the field without the carriage return of its line. */
    private String stripped() {
        int end = field.length();
        return field.substring(0, end > 0 && field.charAt(end - 1) == '\r' ? end - 1 : end);
    }

    /** Reads up to the closing quote; returns the character after it. */
    private int readQuoted() throws IOException {
        for (int c = in.read(); c >= 0; c = in.read()) {
            if (c == '"') {
                c = in.read();
                if (c != '"') {
                    return c;
                }
            }
            line += c == '\n' ? 1 : 0;
            keep(c);
        }
        return -1;
    }

    private void keep(int c) {
        if (++size <= LogReader.MAX_BYTES) {
            field.append((char) c);
        }
    }

    /** Returns true if the last row was too large to be kept whole. */
    boolean isTooLarge() {
        return size > LogReader.MAX_BYTES;
    }

    /** Returns the line at which the last row began, from 1. */
    long number() {
        return number;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
