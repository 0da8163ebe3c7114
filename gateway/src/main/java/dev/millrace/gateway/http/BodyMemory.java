package dev.millrace.gateway.http;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Bounds the memory of the bodies that all requests hold together. Thread-safe. */
public final class BodyMemory {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final AtomicLong held = new AtomicLong();
    private final long maxBytes;

    /** Creates a memory of a size. */
    public BodyMemory(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** The memory of one request, until it is answered. Belongs to the thread of the request. */
    public final class Hold implements AutoCloseable {
        private long bytes;

        private Hold() {}

        /**
         * Takes memory.
         *
         * @throws ApiError if the other requests leave too little
         */
        void add(long more) {
            bytes += more;
            if (held.addAndGet(more) > maxBytes) {
                throw ApiError.overloaded(
                        RETRY_AFTER,
                        "this gateway has no memory for the body at present; try again shortly");
            }
        }

        /** Frees the memory. */
        @Override
        public void close() {
            held.addAndGet(-bytes);
            bytes = 0;
        }
    }

    /** Returns the bytes that requests hold now. */
    public long held() {
        return held.get();
    }

    /** Returns the bytes that all requests may hold. */
    public long maxBytes() {
        return maxBytes;
    }

    /** Begins a request, which has no memory yet. */
    Hold begin() {
        return new Hold();
    }
}
