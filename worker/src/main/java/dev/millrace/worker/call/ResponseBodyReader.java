package dev.millrace.worker.call;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.SequenceInputStream;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * Reads the bodies of answers within {@link AnswerLimits}. What is longer than the free part is
 * read by one after the other of a model's calls: its rest waits in the connection meanwhile. By
 * model and not by provider, since one provider may serve many models, and the length and the pace
 * of answers are the model's. From any thread.
 */
final class ResponseBodyReader {
    private final AnswerLimits limits;

    /** One for each model that was called; those are few. */
    private final Map<String, Semaphore> permits = new ConcurrentHashMap<>();

    ResponseBodyReader(AnswerLimits limits) {
        this.limits = limits;
    }

    /** Longest body, in bytes. */
    int maxBytes() {
        return limits.maxBytes();
    }

    /** Long answers of that model that could be read now, besides those that are. */
    int room(String model) {
        return permits(model).availablePermits();
    }

    /**
     * Reads to the end, or to the longest length.
     *
     * @throws InterruptedIOException when it is interrupted as it waits for its turn
     */
    byte[] read(InputStream in, String model) throws IOException {
        byte[] start = in.readNBytes(Math.min(limits.freeBytes(), limits.maxBytes()));
        int rest = limits.maxBytes() - start.length;
        if (start.length < limits.freeBytes() || rest == 0) {
            return start;
        }
        Semaphore permits = permits(model);
        try {
            permits.acquire();
        } catch (InterruptedException e) {
            throw new InterruptedIOException("interrupted");
        }
        try {
            // The parts are joined while they are read, and not a second time at the end.
            return new SequenceInputStream(new ByteArrayInputStream(start), in)
                    .readNBytes(limits.maxBytes());
        } finally {
            permits.release();
        }
    }

    private Semaphore permits(String model) {
        return permits.computeIfAbsent(model, _ -> new Semaphore(limits.largeAtOnce(), true));
    }
}
