package dev.millrace.worker.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.SequenceInputStream;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * Reads the bodies of answers within {@link AnswerLimits}. To read a long body to its end, a call
 * needs one of its model's permits; until then the rest of the body stays in the connection.
 * Permits belong to a model rather than a provider: a provider can serve many models, and length
 * and pace of answers depend on the model. Can be used from any thread.
 */
public final class ResponseBodyReader {
    private final AnswerLimits limits;

    /** Permits by model; there are few models. */
    private final Map<String, Semaphore> permits = new ConcurrentHashMap<>();

    /** Creates a reader whose permits are free. */
    public ResponseBodyReader(AnswerLimits limits) {
        this.limits = limits;
    }

    AnswerLimits limits() {
        return limits;
    }

    /** Returns the maximum length of a body in bytes. */
    public int maxBytes() {
        return limits.maxBytes();
    }

    /** Returns the number of further long answers of a model that could be read now. */
    public int availablePermits(String model) {
        return permits(model).availablePermits();
    }

    /**
     * Reads a body to its end or to the maximum length.
     *
     * @throws InterruptedIOException if the thread is interrupted while it waits for a permit
     */
    public byte[] read(InputStream in, String model) throws IOException {
        byte[] start = in.readNBytes(Math.min(limits.bytesWithoutPermit(), limits.maxBytes()));
        int rest = limits.maxBytes() - start.length;
        if (start.length < limits.bytesWithoutPermit() || rest == 0) {
            return start;
        }
        Semaphore permits = acquire(model);
        try {
            // Joins both parts while reading, to avoid another copy at the end.
            return new SequenceInputStream(new ByteArrayInputStream(start), in)
                    .readNBytes(limits.maxBytes());
        } finally {
            permits.release();
        }
    }

    /**
     * Waits for a permit to hold one long answer of a model, and returns where to release it.
     *
     * @throws InterruptedIOException if the thread is interrupted while it waits
     */
    Semaphore acquire(String model) throws InterruptedIOException {
        Semaphore permits = permits(model);
        try {
            permits.acquire();
        } catch (InterruptedException e) {
            throw new InterruptedIOException("interrupted");
        }
        return permits;
    }

    private Semaphore permits(String model) {
        return permits.computeIfAbsent(model, _ -> new Semaphore(limits.largeAtOnce(), true));
    }
}
