package dev.millrace.gateway.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * A stream that inspects all bytes of another one. Subclasses override only the read of several
 * bytes: reads of one byte and skips use it, too.
 */
public abstract class InspectedInput extends FilterInputStream {
    private static final int SKIP_BYTES = 8 << 10;

    protected InspectedInput(InputStream in) {
        super(in);
    }

    @Override
    public final int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        return in.read(target, offset, length);
    }

    @Override
    public final long skip(long count) throws IOException {
        int length = Math.clamp(count, 0, SKIP_BYTES);
        return Math.max(0, read(new byte[length], 0, length));
    }
}
