package dev.millrace.worker.ledger;

import java.nio.ByteBuffer;

/** Reads the output of {@link BitWriter}. */
final class BitReader {
    private final ByteBuffer in;
    private final long size;
    private long position;

    BitReader(ByteBuffer in) {
        this.in = in.slice();
        this.size = (long) in.remaining() * Byte.SIZE;
    }

    /** Returns the number of unread bits. */
    long remaining() {
        return size - position;
    }

    /**
     * Reads a number of up to 63 bits.
     *
     * @throws IllegalArgumentException if there are too few bits
     */
    long read(int bits) {
        if (bits > remaining()) {
            throw new IllegalArgumentException("it is truncated");
        }
        long value = 0;
        for (int i = 0; i < bits; i++, position++) {
            int bit = (in.get((int) (position / Byte.SIZE)) >>> (position % Byte.SIZE)) & 1;
            value |= (long) bit << i;
        }
        return value;
    }

    /**
     * Reads a number that was written in groups of the given size.
     *
     * @throws IllegalArgumentException if the number is truncated or has more than 63 bits
     */
    long readGroups(int groupBits) {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE - 1; shift += groupBits) {
            boolean isLast = read(1) == 0;
            long group = read(groupBits);
            if ((group << shift) >>> shift != group || (group << shift) < 0) {
                break;
            }
            value |= group << shift;
            if (isLast) {
                return value;
            }
        }
        throw new IllegalArgumentException("a number has more than 63 bits");
    }
}
