package dev.millrace.gateway.messagebatch;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Keeps the bytes that a parser has read last, so that a value can be copied byte by byte. Closing
 * this stream leaves the body open. Used by one thread.
 */
final class RecentInput extends InputStream {
    private static final int FIRST_BYTES = 32 << 10;

    private final InputStream body;
    private final int maxKept;
    private final long maxBytes;
    private byte[] kept = new byte[FIRST_BYTES];
    private int count;

    /** Offset in the body of the first kept byte. */
    private long start;

    /** The body, or one value in it, exceeds its limit. */
    static final class LimitException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        /** True if the whole body is too large, false if one value is. */
        private final boolean isOfBody;

        private LimitException(boolean isOfBody) {
            super(null, null, false, false);
            this.isOfBody = isOfBody;
        }

        boolean isOfBody() {
            return isOfBody;
        }
    }

    /**
     * @param maxKept maximum number of bytes kept at once
     * @param maxBytes maximum size of the body
     */
    RecentInput(InputStream body, int maxKept, long maxBytes) {
        this.body = body;
        this.maxKept = maxKept;
        this.maxBytes = maxBytes;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    /**
     * @throws LimitException if the body or the kept part of it is too large
     */
    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int read = body.read(target, offset, length);
        if (read > 0) {
            keep(target, offset, read);
        }
        return read;
    }

    private void keep(byte[] source, int offset, int length) {
        if (start + count + length > maxBytes) {
            throw new LimitException(true);
        }
        if (count + length > maxKept) {
            throw new LimitException(false);
        }
        if (count + length > kept.length) {
            kept = Arrays.copyOf(kept, Math.clamp(kept.length * 2L, count + length, maxKept));
        }
        System.arraycopy(source, offset, kept, count, length);
        count += length;
    }

    /** Forgets the bytes before an offset of the body. */
    void forgetBefore(long offset) {
        int forgotten = (int) (offset - start);
        System.arraycopy(kept, forgotten, kept, 0, count - forgotten);
        count -= forgotten;
        start = offset;
    }

    /** Returns the bytes between two offsets of the body, which must still be kept. */
    byte[] copy(long from, long to) {
        return Arrays.copyOfRange(kept, (int) (from - start), (int) (to - start));
    }
}
