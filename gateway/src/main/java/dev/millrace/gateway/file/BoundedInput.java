package dev.millrace.gateway.file;

import dev.millrace.gateway.http.ApiError;
import dev.millrace.gateway.http.InspectedInput;
import java.io.IOException;
import java.io.InputStream;

/**
 * Reads at most a given number of bytes. Bounds the bytes of a request that belong to no file and
 * no field.
 */
final class BoundedInput extends InspectedInput {
    private long left;

    /**
     * @param max after which {@link RefusedUploadException} is thrown
     */
    BoundedInput(InputStream in, long max) {
        super(in);
        left = max;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        try {
            int count = super.read(buffer, offset, length);
            count(Math.max(count, 0));
            return count;
        } catch (ApiError e) {
            throw e;
        } catch (RuntimeException e) {
            throw broken(e);
        }
    }

    /**
     * Converts a runtime exception to an IOException. The server reports a connection closed by the
     * client as a runtime exception.
     */
    private static IOException broken(RuntimeException e) {
        return new IOException("the request ended before its body", e);
    }

    private void count(int bytes) throws RefusedUploadException {
        left -= bytes;
        if (left < 0) {
            throw RefusedUploadException.tooLarge(
                    "the request is much larger than the largest file that is accepted");
        }
    }
}
