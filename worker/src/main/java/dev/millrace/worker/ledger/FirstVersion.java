package dev.millrace.worker.ledger;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * Reads the first version of the metadata, which knew no attempts. In base64 without padding: a
 * checksum (4 bytes), a form (1 byte), the distance of the frontier from the offset, and the open
 * offsets in that form. Numbers are in groups of seven bits, lowest first, as in protocol buffers.
 */
final class FirstVersion {
    static final char VERSION = '1';

    private static final byte LIST = 0;
    private static final byte RUNS = 1;
    private static final byte BITMAP = 2;
    private static final int BITS = 7;
    private static final int LOW = 0x7F;

    private FirstVersion() {}

    /**
     * Reads it.
     *
     * @throws IllegalArgumentException when it makes no sense
     * @throws ArithmeticException when an offset does not fit
     */
    static Reading read(long offset, String metadata) {
        ByteBuffer whole = ByteBuffer.wrap(Base64.getUrlDecoder().decode(metadata.substring(1)));
        ByteBuffer in = LedgerCodec.checked(offset, whole);
        byte form = in.get();
        long frontier = Math.addExact(offset, number(in));
        List<OpenJob> open =
                switch (form) {
                    case LIST -> list(offset, in);
                    case RUNS -> runs(offset, in);
                    case BITMAP -> bitmap(offset, in);
                    default ->
                            throw new IllegalArgumentException(
                                    "its form " + form + " is not known");
                };
        if (open.isEmpty() || open.getLast().offset() >= frontier) {
            throw new IllegalArgumentException("it names offsets beyond its end");
        }
        return new Reading.Known(offset, frontier, open);
    }

    /** The distance to each next offset, less one. */
    private static List<OpenJob> list(long first, ByteBuffer in) {
        var open = new ArrayList<OpenJob>();
        add(open, first);
        while (in.hasRemaining()) {
            add(open, Math.addExact(open.getLast().offset(), Math.incrementExact(number(in))));
        }
        return open;
    }

    /** Lengths of runs, in turn of open and finished offsets, less one. */
    private static List<OpenJob> runs(long first, ByteBuffer in) {
        var open = new ArrayList<OpenJob>();
        long next = first;
        while (in.hasRemaining()) {
            for (long left = number(in); left >= 0; left--) {
                add(open, next);
                next = Math.incrementExact(next);
            }
            if (in.hasRemaining()) {
                next = Math.addExact(next, Math.incrementExact(number(in)));
            }
        }
        return open;
    }

    /** A bit for each offset after the first. */
    private static List<OpenJob> bitmap(long first, ByteBuffer in) {
        var open = new ArrayList<OpenJob>();
        add(open, first);
        for (long byteStart = first + 1; in.hasRemaining(); byteStart += Byte.SIZE) {
            int bits = in.get();
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                if ((bits & 1 << bit) != 0) {
                    add(open, byteStart + bit);
                }
            }
        }
        return open;
    }

    private static void add(List<OpenJob> open, long offset) {
        if (open.size() >= LedgerCodec.MAX_OPEN) {
            throw new IllegalArgumentException(
                    "it names more than " + LedgerCodec.MAX_OPEN + " offsets");
        }
        open.add(new OpenJob(offset, 0, false));
    }

    private static long number(ByteBuffer in) {
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
