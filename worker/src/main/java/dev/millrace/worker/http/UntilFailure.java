package dev.millrace.worker.http;

import dev.millrace.contracts.json.JsonBytes;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * Ends where the connection or the compressed data ends too early, because the answer before can be
 * whole. Wrong compressed data fails at once. Used by one thread.
 */
final class UntilFailure extends FilterInputStream {
    private @Nullable IOException failure;

    UntilFailure(InputStream in) {
        super(in);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        try {
            return super.read(buffer, offset, length);
        } catch (ZipException e) {
            throw e;
        } catch (IOException e) {
            failure = e;
            return -1;
        }
    }

    boolean hasFailed() {
        return failure != null;
    }

    /**
     * Returns the bytes before the failure.
     *
     * @throws IOException the failure, if the bytes are no whole JSON value
     */
    byte[] whole(byte[] body) throws IOException {
        if (failure != null && !JsonBytes.isJson(body)) {
            throw failure;
        }
        return body;
    }
}
