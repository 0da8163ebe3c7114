package dev.millrace.gateway.sink;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The body of an answer, whose next bytes are awaited for a limited time. Java's HTTP client limits
 * only the wait for the headers: a sink that stops sending would hold its reader forever. Used by
 * one thread.
 */
final class TimedBody extends FilterInputStream {
    private final Duration longest;

    /**
     * Wraps a body.
     *
     * @param body ends a running read when it is closed by another thread
     * @param longest longest wait for the next bytes
     */
    TimedBody(InputStream body, Duration longest) {
        super(body);
        this.longest = longest;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        int count = read(one, 0, 1);
        return count < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        var hasPassed = new CompletableFuture<Boolean>();
        var _ =
                hasPassed
                        .completeOnTimeout(true, longest.toNanos(), TimeUnit.NANOSECONDS)
                        .thenAccept(this::closeIf);
        int count;
        try {
            count = super.read(target, offset, length);
        } catch (IOException e) {
            throw hasPassed.complete(false) ? e : stalled();
        }
        if (!hasPassed.complete(false)) {
            throw stalled();
        }
        return count;
    }

    private void closeIf(boolean hasPassed) {
        if (hasPassed) {
            try {
                in.close();
            } catch (IOException e) {
                // The reader reports that the sink sends nothing.
            }
        }
    }

    private IOException stalled() {
        return new IOException("the sink sent nothing for " + longest.toSeconds() + " s");
    }
}
