package dev.millrace.worker.http;

import dev.millrace.wire.error.ResponseHeaders;
import dev.millrace.wire.json.DeclaredCharset;
import dev.millrace.wire.stream.AssembledAnswer;
import dev.millrace.wire.stream.ExpectedAnswer;
import dev.millrace.wire.stream.StreamLimits;
import dev.millrace.wire.stream.StreamListener;
import dev.millrace.wire.stream.StreamProgress;
import dev.millrace.wire.stream.StreamedAnswer;
import dev.millrace.worker.answer.ExchangeEnd;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads streamed answers within {@link AnswerLimits}. A stream grows as slowly as the model
 * generates, so it takes memory in small steps. Once a model has used up its steps, a stream takes
 * a permit for a long answer, which it can always complete. Until the stream has a permit, its rest
 * stays in the connection. Can be used from any thread.
 */
final class StreamReader {
    /** Memory that a stream takes at once beyond its free part. */
    private static final int STEP_BYTES = 8 << 10;

    /** Most bytes that an event can add to the whole answer that it contains. */
    private static final int EVENT_BYTES = 64 << 10;

    /** Events are short, and each call in flight has such a buffer. */
    private static final int BUFFER_BYTES = 2 << 10;

    private final ResponseBodyReader bodies;
    private final LongSupplier nanos;
    private final StreamLimits streamLimits;

    /** Free steps by model; there are few models. */
    private final Map<String, Semaphore> steps = new ConcurrentHashMap<>();

    /**
     * Creates a reader that shares its permits with the given one.
     *
     * @param bodies gives the permits for long answers
     * @param nanos a ticker
     */
    StreamReader(ResponseBodyReader bodies, LongSupplier nanos) {
        this.bodies = bodies;
        this.nanos = nanos;
        int longest = Math.clamp(bodies.maxBytes() + (long) EVENT_BYTES, 0, Integer.MAX_VALUE);
        this.streamLimits = new StreamLimits(longest, longest, bodies.maxBytes());
    }

    /**
     * Reads a stream until the answer or the stream ends. A connection that breaks after the whole
     * answer does no harm.
     *
     * @param listener receives the events of the answer as they arrive
     * @throws IOException if the connection breaks before the answer is complete; the end of
     *     compressed data is the end of the stream
     * @throws InterruptedIOException if the thread is interrupted while it waits for a permit
     */
    ExchangeEnd.Streamed read(
            InputStream in,
            ExpectedAnswer expected,
            ResponseHeaders headers,
            String model,
            StreamListener listener)
            throws IOException {
        var charset = DeclaredCharset.of(headers.text("content-type").orElse(""));
        var answer = new StreamedAnswer(expected, streamLimits, charset, listener);
        byte[] buffer = new byte[BUFFER_BYTES];
        StreamProgress progress = StreamProgress.BEFORE_CONTENT;
        long firstContentNanos = nanos.getAsLong();
        try (var share = new MemoryShare(model)) {
            while (progress != StreamProgress.ENDED) {
                int length = in.read(buffer);
                if (length < 0) {
                    break;
                }
                if (progress == StreamProgress.BEFORE_CONTENT) {
                    firstContentNanos = nanos.getAsLong();
                }
                progress = answer.accept(buffer, 0, length);
                if (progress != StreamProgress.ENDED) {
                    share.growTo(answer.heldSize());
                }
            }
        } catch (IOException e) {
            // Some servers close the connection after the last event; others leave it open.
            boolean isEndOfData = e instanceof EOFException;
            if (!isEndOfData && !(answer.finish() instanceof AssembledAnswer.Complete)) {
                throw e;
            }
        }
        return new ExchangeEnd.Streamed(headers, answer.finish(), firstContentNanos);
    }

    private Semaphore steps(String model) {
        return steps.computeIfAbsent(
                model, _ -> new Semaphore(bodies.limits().streamBytes() / STEP_BYTES));
    }

    /** The memory that one stream may hold. Belongs to the thread of the exchange. */
    private final class MemoryShare implements AutoCloseable {
        private final String model;
        private final Semaphore free;
        private int taken;
        private @Nullable Semaphore permit;

        MemoryShare(String model) {
            this.model = model;
            this.free = steps(model);
        }

        void growTo(long size) throws InterruptedIOException {
            while (permit == null
                    && size > bodies.limits().bytesWithoutPermit() + (long) taken * STEP_BYTES) {
                if (free.tryAcquire()) {
                    taken++;
                } else {
                    permit = bodies.acquire(model);
                }
            }
        }

        @Override
        public void close() {
            free.release(taken);
            if (permit != null) {
                permit.release();
            }
        }
    }
}
