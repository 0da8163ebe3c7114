package dev.millrace.gateway.stream;

import java.util.concurrent.atomic.AtomicLong;

/** Bounds the memory of the chunks that wait to be sent, over all clients. Thread-safe. */
public final class ChunkMemory {
    private final long maxBytes;
    private final AtomicLong held = new AtomicLong();
    private final AtomicLong overflowed = new AtomicLong();

    /** Creates a memory for {@code maxBytes}, of which nothing is held. */
    public ChunkMemory(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Takes memory; returns false, and takes none, if too little is left. */
    boolean tryTake(int bytes) {
        if (held.addAndGet(bytes) <= maxBytes) {
            return true;
        }
        held.addAndGet(-bytes);
        return false;
    }

    void free(int bytes) {
        held.addAndGet(-bytes);
    }

    /** Counts a chunk dropped for lack of room. */
    void onOverflow() {
        overflowed.incrementAndGet();
    }

    /** Returns the bytes that are held now. */
    public long held() {
        return held.get();
    }

    /** Returns the maximum number of bytes held. */
    public long maxBytes() {
        return maxBytes;
    }

    /** Returns the number of chunks dropped so far for lack of room. */
    public long overflowed() {
        return overflowed.get();
    }
}
