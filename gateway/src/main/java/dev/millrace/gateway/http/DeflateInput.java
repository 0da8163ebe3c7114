package dev.millrace.gateway.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/**
 * Reads the content coding {@code deflate}: zlib as RFC 9110 demands, or the bare deflate stream
 * that some clients send by mistake. Used by one thread.
 */
final class DeflateInput extends InflaterInputStream {
    private static final int BUFFER_BYTES = 8 << 10;
    private static final int HEADER_BYTES = 2;

    /** Low bits of the first byte of zlib, which name the method deflate. */
    private static final int METHOD = 8;

    private static final int METHOD_MASK = 0x0F;

    /** Divides the header of zlib, taken as a number (RFC 1950, section 2.2). */
    private static final int CHECK = 31;

    DeflateInput(InputStream compressed) throws IOException {
        this(new PushbackInputStream(compressed, HEADER_BYTES));
    }

    private DeflateInput(PushbackInputStream compressed) throws IOException {
        super(compressed, new Inflater(!hasZlibHeader(compressed)), BUFFER_BYTES);
    }

    private static boolean hasZlibHeader(PushbackInputStream compressed) throws IOException {
        byte[] first = compressed.readNBytes(HEADER_BYTES);
        compressed.unread(first);
        return first.length == HEADER_BYTES
                && (first[0] & METHOD_MASK) == METHOD
                && (((first[0] & 0xFF) << Byte.SIZE) | (first[1] & 0xFF)) % CHECK == 0;
    }

    /** Frees the native memory too: the JDK frees only inflaters that it created itself. */
    @Override
    public void close() throws IOException {
        inf.end();
        super.close();
    }
}
