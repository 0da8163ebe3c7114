package dev.millrace.worker.ledger;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Writes numbers of any width one after the other, the lowest bit first. */
final class BitWriter {
    private final ByteBuffer out;
    private long pending;
    private int pendingBits;

    /** Writes behind the buffer's position, which needs 4 bytes of room beyond the last bit. */
    BitWriter(ByteBuffer out) {
        this.out = out.slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Writes the lowest bits of a number that has no others, up to 63. */
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

    /** Writes a number of 0 or more in groups of so many bits, each behind a bit for "more". */
    void putGroups(long value, int groupBits) {
        long rest = value;
        while (rest >>> groupBits != 0) {
            put32(((rest & ((1L << groupBits) - 1)) << 1) | 1, groupBits + 1);
            rest >>>= groupBits;
        }
        put32(rest << 1, groupBits + 1);
    }

    /** Writes what does not fill 4 bytes yet. */
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
