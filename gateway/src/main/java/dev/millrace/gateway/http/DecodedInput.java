package dev.millrace.gateway.http;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Decompresses a body while it is read. The reader bounds the decompressed bytes; this class bounds
 * the compressed bytes, because a body of padding alone would be read without end. No coding makes
 * a body much larger than its content. Used by one thread.
 */
final class DecodedInput extends InputStream {
    /** Memory of a decoder besides its window. */
    static final int MEMORY_BYTES = 256 << 10;

    /** Largest excess of compressed over decompressed bytes, which covers headers and buffers. */
    private static final long MAX_PADDING_BYTES = 1 << 20;

    private final Source source;
    private final ContentCoding coding;
    private final BodyMemory.Hold memory;
    private @Nullable InputStream decoder;
    private long decoded;

    /** Bytes of the window that hold content. The rest of the window takes no memory. */
    private long window;

    /**
     * @param memory counts the window of the decoder until this stream is closed
     */
    DecodedInput(InputStream compressed, ContentCoding coding, BodyMemory.Hold memory) {
        source = new Source(compressed);
        this.coding = coding;
        this.memory = memory;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    /**
     * @throws CorruptContentException if the bytes are not of the coding
     * @throws ApiError if other requests leave too little memory for the window
     */
    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        try {
            InputStream open = decoder == null ? coding.open(source) : decoder;
            decoder = open;
            int count = open.read(target, offset, length);
            if (count >= 0) {
                decoded += count;
                holdWindow();
            } else if (source.count == 0) {
                throw new CorruptContentException(coding, "it is empty");
            } else if (source.read() >= 0) {
                // Also reads the body to its end, as its framing demands.
                throw new CorruptContentException(coding, "other bytes follow its end");
            }
            return count;
        } catch (CorruptContentException e) {
            throw e;
        } catch (IOException e) {
            throw source.hasFailed ? e : new CorruptContentException(coding, reason(e));
        }
    }

    private void holdWindow() {
        long more = Math.min(decoded, coding.maxWindowBytes()) - window;
        window += more;
        memory.add(more);
    }

    private static String reason(IOException e) {
        return e.getMessage() == null ? "it ends early" : e.getMessage();
    }

    @Override
    public void close() throws IOException {
        memory.free(window);
        window = 0;
        InputStream open = decoder;
        decoder = null;
        if (open == null) {
            source.close();
        } else {
            open.close();
        }
    }

    /** The compressed bytes. Distinguishes a lost connection from invalid content. */
    private final class Source extends InputStream {
        private final InputStream compressed;
        private long count;
        private boolean hasFailed;

        Source(InputStream compressed) {
            this.compressed = compressed;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (count - decoded > MAX_PADDING_BYTES) {
                throw new CorruptContentException(coding, "it is larger than its content");
            }
            try {
                int read = compressed.read(target, offset, length);
                count += Math.max(0, read);
                return read;
            } catch (IOException e) {
                hasFailed = true;
                throw e;
            }
        }

        @Override
        public void close() throws IOException {
            compressed.close();
        }
    }
}
