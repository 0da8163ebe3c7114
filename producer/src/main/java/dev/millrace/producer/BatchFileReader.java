package dev.millrace.producer;

import dev.millrace.producer.file.JsonLines;
import dev.millrace.producer.file.UnusableFileException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads a batch file line by line in constant memory. Holds at most one line of the allowed size,
 * and only the beginning of a longer line. Lines end with LF or CRLF, which the last line may omit.
 * Skips blank lines and a byte order mark at the start. Does not interpret the bytes otherwise. Not
 * thread-safe.
 */
public final class BatchFileReader implements AutoCloseable {
    /** Bytes kept of an oversize line: enough to find a custom_id at its beginning. */
    static final int OVERSIZE_PREFIX_BYTES = 64 * 1024;

    private static final int BUFFER_BYTES = 256 * 1024;
    private static final int FIRST_LINE_BYTES = 8 * 1024;
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final InputStream in;
    private final int maxLineBytes;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int position;
    private int limit;
    private long number;
    private long blankLines;

    private byte[] line = new byte[FIRST_LINE_BYTES];

    /** Bytes of the current line that are stored in {@link #line}. */
    private int kept;

    /** Size of the whole current line in bytes. */
    private long size;

    /**
     * Creates a reader of JSON Lines, which reads from a stream and closes it.
     *
     * @param maxLineBytes maximum size of a line that is kept whole, at least 1
     */
    public BatchFileReader(InputStream in, int maxLineBytes) {
        if (maxLineBytes < 1) {
            throw new IllegalArgumentException("maxLineBytes must be at least 1");
        }
        this.in = in;
        this.maxLineBytes = maxLineBytes;
    }

    /**
     * Opens a batch file of any form that {@link JsonLines} reads.
     *
     * @throws UnusableFileException if the file is no batch file
     */
    public static BatchFileReader open(Path file, int maxLineBytes) throws IOException {
        return open(String.valueOf(file.getFileName()), Files.newInputStream(file), maxLineBytes);
    }

    /**
     * Creates a reader of a batch file of any form that {@link JsonLines} reads.
     *
     * @param name name of the file in messages
     * @param in the file; closed with the reader, or if this method throws
     * @throws UnusableFileException if the file is no batch file. {@link #next} also throws it if a
     *     compressed file is damaged
     */
    public static BatchFileReader open(String name, InputStream in, int maxLineBytes)
            throws IOException {
        try {
            return new BatchFileReader(JsonLines.of(name, in), maxLineBytes);
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }

    /** Returns the next line that is not blank; null at the end of the file. */
    public @Nullable BatchLine next() throws IOException {
        while (readLine()) {
            number++;
            int start = number == 1 && startsWithByteOrderMark() ? BYTE_ORDER_MARK.length : 0;
            long lineBytes = size - start;
            if (!isBlank(start)) {
                int prefix = Math.min(maxLineBytes, OVERSIZE_PREFIX_BYTES);
                int end = lineBytes > maxLineBytes ? Math.min(kept, start + prefix) : kept;
                return new BatchLine(number, Arrays.copyOfRange(line, start, end), lineBytes);
            }
            blankLines++;
        }
        return null;
    }

    /** Returns the number of blank lines skipped so far. */
    public long blankLines() {
        return blankLines;
    }

    /** Reads up to the next line break into {@code line}; returns false at the end of the file. */
    private boolean readLine() throws IOException {
        kept = 0;
        size = 0;
        boolean foundLine = false;
        while (position < limit || fill()) {
            foundLine = true;
            int end = indexOfLineFeed();
            keep(position, end);
            position = Math.min(end + 1, limit);
            if (end < limit) {
                dropCarriageReturn();
                return true;
            }
        }
        dropCarriageReturn();
        return foundLine;
    }

    private boolean fill() throws IOException {
        position = 0;
        limit = Math.max(in.read(buffer), 0);
        return limit > 0;
    }

    private int indexOfLineFeed() {
        int i = position;
        while (i < limit && buffer[i] != '\n') {
            i++;
        }
        return i;
    }

    private void keep(int start, int end) {
        size += end - start;
        // Leaves room beyond the limit for a carriage return and a byte order mark.
        int room = maxLineBytes + 1 + BYTE_ORDER_MARK.length - kept;
        int taken = Math.min(end - start, room);
        if (kept + taken > line.length) {
            line = Arrays.copyOf(line, Math.max(kept + taken, line.length * 2));
        }
        System.arraycopy(buffer, start, line, kept, taken);
        kept += taken;
    }

    private void dropCarriageReturn() {
        if (kept > 0 && size == kept && line[kept - 1] == '\r') {
            kept--;
            size--;
        }
    }

    private boolean startsWithByteOrderMark() {
        return kept >= BYTE_ORDER_MARK.length
                && Arrays.equals(
                        line,
                        0,
                        BYTE_ORDER_MARK.length,
                        BYTE_ORDER_MARK,
                        0,
                        BYTE_ORDER_MARK.length);
    }

    private boolean isBlank(int start) {
        if (size > kept) {
            return false;
        }
        for (int i = start; i < kept; i++) {
            if (line[i] != ' ' && line[i] != '\t' && line[i] != '\r') {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
