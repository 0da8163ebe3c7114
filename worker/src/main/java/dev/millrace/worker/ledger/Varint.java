package dev.millrace.worker.ledger;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** Numbers of 0 or more in groups of seven bits, lowest first: small ones take one byte. */
final class Varint {
    private static final int BITS = 7;
    private static final int MORE = 0x80;
    private static final int LOW = 0x7F;

    private Varint() {}

    static int size(long value) {
        return Math.max(1, (Long.SIZE - Long.numberOfLeadingZeros(value) + BITS - 1) / BITS);
    }

    static void write(ByteArrayOutputStream out, long value) {
        long rest = value;
        while (rest > LOW) {
            out.write((int) (rest & LOW) | MORE);
            rest >>>= BITS;
        }
        out.write((int) rest);
    }

    /**
     * Reads one number.
     *
     * @throws IllegalArgumentException when there is none, or one that does not fit
     */
    static long read(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE - 1; shift += BITS) {
            if (!in.hasRemaining()) {
                throw new IllegalArgumentException("a number is cut off");
            }
            byte part = in.get();
            value |= (long) (part & LOW) << shift;
            if (part >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("a number has more than 63 bits");
    }
}
