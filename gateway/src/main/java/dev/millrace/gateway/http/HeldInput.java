package dev.millrace.gateway.http;

import java.io.IOException;
import java.io.InputStream;

/**
 * A body of many values, such as lines, of which its reader holds one at a time. Counts the bytes
 * of a value in the memory of its request while the value arrives, because clients could fill the
 * heap with values that never end. Used by one thread.
 */
public final class HeldInput extends InspectedInput {
    /** Bytes that a reader may buffer; counted from the beginning. */
    public static final int READ_AHEAD_BYTES = 256 << 10;

    private final BodyMemory.Hold memory;
    private long read;
    private long held;

    HeldInput(InputStream body, BodyMemory.Hold memory) {
        super(body);
        this.memory = memory;
        memory.add(READ_AHEAD_BYTES);
    }

    /**
     * @throws ApiError if other requests leave too little memory
     */
    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int count = super.read(target, offset, length);
        if (count > 0) {
            read += count;
            long more = Math.max(0, read - READ_AHEAD_BYTES) - held;
            held += more;
            memory.add(more);
        }
        return count;
    }

    /** Frees the memory of a value that its reader no longer holds. */
    public void free() {
        memory.free(held);
        held = 0;
        read = 0;
    }
}
