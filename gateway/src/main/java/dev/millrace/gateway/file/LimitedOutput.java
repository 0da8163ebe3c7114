package dev.millrace.gateway.file;

import dev.millrace.gateway.store.FileStore;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;

/**
 * Writes to a draft and counts bytes and lines. Throws a {@link RefusedUploadException} at the
 * first byte or line beyond a limit, or when the store is full. Counts only non-blank lines, as
 * {@code BatchFileReader} does. Used by one thread.
 */
final class LimitedOutput extends OutputStream {
    /**
     * Bytes between two checks that there is room: all uploads at once take a quarter of the
     * reserved space at most.
     */
    private static final long CHECK_BYTES = 1 << 20;

    private final FileStore store;
    private final FileStore.Draft draft;
    private final FileLimits limits;
    private long bytes;
    private long lines;
    private boolean isInLine;
    private long unchecked;

    LimitedOutput(FileStore store, FileStore.Draft draft, FileLimits limits) {
        this.store = store;
        this.draft = draft;
        this.limits = limits;
    }

    long bytes() {
        return bytes;
    }

    long lines() {
        return lines;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] buffer, int offset, int length) throws IOException {
        bytes += length;
        if (bytes > limits.maxBytes()) {
            throw tooLarge("bytes", limits.maxBytes());
        }
        unchecked += length;
        if (unchecked >= CHECK_BYTES) {
            unchecked = 0;
            requireRoom(store);
        }
        for (int i = offset; i < offset + length; i++) {
            count(buffer[i]);
        }
        draft.write(buffer, offset, length);
    }

    /** Refuses an upload while the store has no room. */
    static void requireRoom(FileStore store) throws RefusedUploadException {
        if (!store.hasRoom()) {
            throw RefusedUploadException.noRoom();
        }
    }

    private void count(byte value) throws RefusedUploadException {
        if (value == '\n') {
            isInLine = false;
        } else if (!isInLine && value != ' ' && value != '\t' && value != '\r') {
            isInLine = true;
            lines++;
            if (lines > limits.maxLines()) {
                throw tooLarge("lines", limits.maxLines());
            }
        }
    }

    private static RefusedUploadException tooLarge(String unit, long limit) {
        return RefusedUploadException.tooLarge(
                String.format(
                        Locale.ROOT,
                        "the file has more than %,d %s; split it, or let the operator of the"
                                + " gateway raise gateway.files.max_%s",
                        limit,
                        unit,
                        unit));
    }
}
