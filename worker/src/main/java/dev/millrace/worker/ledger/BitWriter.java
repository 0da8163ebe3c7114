package dev.millrace.worker.ledger;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Writes numbers of any width one after another, lowest bit first. */
final class BitWriter {
    private final ByteBuffer out;
    private long pending;
    private int pendingBits;

    /**
     * Creates a writer at the buffer's position. The buffer needs 4 more bytes after the last bit.
     */
    BitWriter(ByteBuffer out) {
        this.out = out.slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Writes a number of at most the given number of bits, up to 63. */
    void put(long value, int bits) {
        if (bits > Integer.SIZE) {
            put32(value & 0xFFFF_FFFFL, Integer.SIZE);
            put32(value >>> Integer.SIZE, bits - Integer.SIZE);
        } else {
            put32(value, bits);
        }
    }

    void putZeros(long count) {
        long left = count;
        for (; left > Integer.SIZE; left -= Integer.SIZE) {
            put32(0, Integer.SIZE);
        }
        put32(0, (int) left);
    }

    /**
     * Writes a number of 0 or more in groups of the given size. One bit before each group marks
     * whether another group follows.
     */
    void putGroups(long value, int groupBits) {
        long rest = value;
        while (rest >>> groupBits != 0) {
            put32(((rest & ((1L << groupBits) - 1)) << 1) | 1, groupBits + 1);
            rest >>>= groupBits;
        }
        put32(rest << 1, groupBits + 1);
    }

    /** Writes the remaining bits, which do not fill 4 bytes. */
    void end() {
        out.putInt((int) pending);
    }

    private void put32(long value, int bits) {
        pending |= value << pendingBits;
        pendingBits += bits;
        if (pendingBits >= Integer.SIZE) {
            out.putInt((int) pending);
            pending >>>= Integer.SIZE;
            pendingBits -= Integer.SIZE;
        }
    }
}
