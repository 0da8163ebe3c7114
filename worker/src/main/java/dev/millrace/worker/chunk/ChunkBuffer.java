package dev.millrace.worker.chunk;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Holds the chunks of all calls until they are written: a bounded number of bytes, and a bounded
 * number of chunks. Calls add chunks without waiting, one thread takes them.
 */
final class ChunkBuffer {
    private final BlockingQueue<WaitingChunk> queue;
    private final AtomicLong freeBytes;

    /**
     * @param maxBytes memory of chunks that are not written, in flight included; their ends need
     *     none
     * @param maxChunks number of chunks that wait, ends included
     */
    ChunkBuffer(long maxBytes, int maxChunks) {
        freeBytes = new AtomicLong(maxBytes);
        queue = new LinkedBlockingQueue<>(maxChunks);
    }

    /** Adds a chunk, and returns false if there is no room for it. */
    boolean offer(WaitingChunk chunk) {
        if (freeBytes.addAndGet(-chunk.bytes()) >= 0 && queue.offer(chunk)) {
            return true;
        }
        release(chunk);
        return false;
    }

    /** Adds the end of a preview, or drops the end if there is no room. */
    void offerEnd(WaitingChunk end) {
        var _ = queue.offer(end);
    }

    /** Returns the next chunk; null if none arrives in time. */
    @Nullable WaitingChunk take(Duration wait) throws InterruptedException {
        return queue.poll(wait.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Frees the memory of a chunk that was written or dropped. */
    void release(WaitingChunk chunk) {
        freeBytes.addAndGet(chunk.bytes());
    }
}
