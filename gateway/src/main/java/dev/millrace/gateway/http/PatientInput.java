package dev.millrace.gateway.http;

import dev.millrace.gateway.connection.ClientDeadline;
import dev.millrace.gateway.connection.OversizedChunkException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A body that must arrive at a minimum speed. A slower client would hold memory and a connection
 * for days. Belongs to the thread that reads it until the end of the body or {@link #close}. This
 * thread must not pause between two reads: the deadline keeps running, and interrupts the thread
 * even outside of a read.
 */
final class PatientInput extends InspectedInput {
    /** Bytes that must arrive within the patience: about 1 KiB/s. */
    private static final int MIN_BYTES = 32 << 10;

    private final Duration patience;
    private final Runnable onFault;
    private @Nullable ClientDeadline deadline;
    private int received;

    /**
     * Reads a body in which every {@link #MIN_BYTES} bytes, or the rest, must arrive within {@code
     * patience}.
     *
     * @param onFault called when the body cannot be read to its end, so that no later bytes are
     *     read as a request
     */
    PatientInput(InputStream body, Duration patience, Runnable onFault) {
        super(body);
        this.patience = patience;
        this.onFault = onFault;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (deadline == null) {
            deadline = ClientDeadline.begin(patience);
        }
        int count;
        try {
            count = super.read(target, offset, length);
        } catch (OversizedChunkException e) {
            onFault.run();
            end();
            throw ApiError.of(
                    ErrorKind.TOO_LARGE, "request_too_large", String.valueOf(e.getMessage()));
        } catch (CorruptContentException e) {
            onFault.run();
            end();
            throw ApiError.of(
                    ErrorKind.INVALID_REQUEST,
                    "invalid_content_encoding",
                    String.valueOf(e.getMessage()));
        } catch (ApiError e) {
            // Such as too little memory for the window of a decoder.
            onFault.run();
            end();
            throw e;
        } catch (IOException | RuntimeException e) {
            onFault.run();
            end();
            // This answer seldom arrives, but a fault of the client must not count as a fault of
            // the gateway.
            throw ApiError.of(
                    ErrorKind.INVALID_REQUEST,
                    "incomplete_body",
                    "the body ended before its announced end, or its framing is wrong");
        }
        received += count;
        if (count < 0 || received >= MIN_BYTES) {
            end();
        }
        return count;
    }

    /**
     * Ends the present deadline.
     *
     * @throws ApiError if it had passed
     */
    private void end() {
        ClientDeadline last = deadline;
        deadline = null;
        received = 0;
        if (last != null && !last.end()) {
            onFault.run();
            throw ApiError.of(
                    ErrorKind.SLOW,
                    "request_timeout",
                    "less than %,d bytes of the body arrived within %d s"
                            .formatted(MIN_BYTES, patience.toSeconds()));
        }
    }

    @Override
    public void close() throws IOException {
        try {
            end();
        } finally {
            super.close();
        }
    }
}
