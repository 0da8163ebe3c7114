package dev.millrace.gateway.stream;

import dev.millrace.contracts.chunk.Chunk;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The chunks of one job that have not been sent to its client. Bounded, because a client can read
 * more slowly than the model generates. A chunk that finds no room here or in the memory of all
 * inboxes is dropped, with all later chunks.
 */
public final class ChunkInbox implements AutoCloseable {
    /** Memory of one client's chunks. */
    public static final int MAX_BYTES = 1 << 20;

    private static final int CHUNK_OVERHEAD_BYTES = 100;

    private final ChunkMemory memory;
    private final String tenant;
    private final Deque<Chunk> chunks = new ArrayDeque<>();
    private int bytes;
    private boolean isOverfull;
    private boolean isClosed;

    /** One for each chunk, and for each {@link #wake}. */
    private final Semaphore signals = new Semaphore(0);

    /**
     * Creates an inbox, which must be closed.
     *
     * @param tenant tenant of the client
     */
    public ChunkInbox(ChunkMemory memory, String tenant) {
        this.memory = memory;
        this.tenant = tenant;
    }

    /** Adds a chunk. Called by the reader's thread. */
    public synchronized void add(Chunk chunk) {
        if (isClosed) {
            return;
        }
        int size = size(chunk);
        isOverfull = isOverfull || bytes + size > MAX_BYTES || !memory.tryTake(tenant, size);
        if (isOverfull) {
            memory.onOverflow();
            return;
        }
        chunks.add(chunk);
        bytes += size;
        signals.release();
    }

    /** Ends the present or next wait for a chunk. */
    public void wake() {
        signals.release();
    }

    /** Returns the next chunk; empty if there is none in time, or after {@link #wake}. */
    public Optional<Chunk> take(Duration wait) throws InterruptedException {
        return signals.tryAcquire(wait.toNanos(), TimeUnit.NANOSECONDS) ? next() : Optional.empty();
    }

    private synchronized Optional<Chunk> next() {
        Optional<Chunk> next = Optional.ofNullable(chunks.poll());
        next.ifPresent(it -> free(size(it)));
        return next;
    }

    private void free(int size) {
        bytes -= size;
        memory.free(tenant, size);
    }

    /** Frees the memory; a chunk that arrives later is dropped. */
    @Override
    public synchronized void close() {
        isClosed = true;
        chunks.clear();
        free(bytes);
    }

    private static int size(Chunk chunk) {
        int data = chunk.content() instanceof Chunk.Event event ? event.data().length : 0;
        return data + CHUNK_OVERHEAD_BYTES;
    }
}
