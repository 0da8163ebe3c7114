package dev.millrace.worker.ledger;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The ways to write ascending offsets, the first of which is known to the reader. */
enum Form {
    /** The distance to each next offset, less one. Smallest when few are far apart. */
    LIST(0) {
        @Override
        long size(long[] offsets) {
            long size = 0;
            for (int i = 1; i < offsets.length; i++) {
                size += gapSize(offsets[i - 1], offsets[i]);
            }
            return size;
        }

        @Override
        void write(long[] offsets, ByteArrayOutputStream out) {
            for (int i = 1; i < offsets.length; i++) {
                Varint.write(out, offsets[i] - offsets[i - 1] - 1);
            }
        }

        @Override
        List<Long> read(long first, ByteBuffer in) {
            var offsets = new ArrayList<>(List.of(first));
            while (in.hasRemaining()) {
                add(offsets, Math.addExact(offsets.getLast(), Math.addExact(Varint.read(in), 1)));
            }
            return offsets;
        }
    },
    /** Lengths of runs, in turn of named and not named offsets. Smallest for long runs. */
    RUNS(1) {
        @Override
        long size(long[] offsets) {
            long size = 0;
            int start = 0;
            for (int i = 1; i <= offsets.length; i++) {
                if (endsRun(offsets, i)) {
                    size += Varint.size(i - start - 1L);
                    size += i < offsets.length ? Varint.size(runGap(offsets, i)) : 0;
                    start = i;
                }
            }
            return size;
        }

        @Override
        void write(long[] offsets, ByteArrayOutputStream out) {
            int start = 0;
            for (int i = 1; i <= offsets.length; i++) {
                if (endsRun(offsets, i)) {
                    Varint.write(out, i - start - 1L);
                    if (i < offsets.length) {
                        Varint.write(out, runGap(offsets, i));
                    }
                    start = i;
                }
            }
        }

        @Override
        List<Long> read(long first, ByteBuffer in) {
            var offsets = new ArrayList<Long>();
            long next = first;
            while (in.hasRemaining()) {
                for (long left = Varint.read(in); left >= 0; left--) {
                    add(offsets, next);
                    next = Math.incrementExact(next);
                }
                if (in.hasRemaining()) {
                    next = Math.addExact(next, Math.addExact(Varint.read(in), 1));
                }
            }
            return offsets;
        }
    },
    /** A bit for each offset after the first. Smallest when many are close together. */
    BITMAP(2) {
        @Override
        long size(long[] offsets) {
            return bitmapSize(offsets[0], offsets[offsets.length - 1]);
        }

        @Override
        void write(long[] offsets, ByteArrayOutputStream out) {
            int current = 0;
            long index = 0;
            for (int i = 1; i < offsets.length; i++) {
                long bit = offsets[i] - offsets[0] - 1;
                for (; index < bit / Byte.SIZE; index++) {
                    out.write(current);
                    current = 0;
                }
                current |= 1 << bit % Byte.SIZE;
            }
            if (offsets.length > 1) {
                out.write(current);
            }
        }

        @Override
        List<Long> read(long first, ByteBuffer in) {
            var offsets = new ArrayList<>(List.of(first));
            for (long byteStart = first + 1; in.hasRemaining(); byteStart += Byte.SIZE) {
                int bits = in.get();
                for (int bit = 0; bit < Byte.SIZE; bit++) {
                    if ((bits & 1 << bit) != 0) {
                        add(offsets, byteStart + bit);
                    }
                }
            }
            return offsets;
        }
    };

    private final int code;

    Form(int code) {
        this.code = code;
    }

    /** How it is named in what is stored. */
    int code() {
        return code;
    }

    static Optional<Form> of(int code) {
        return Arrays.stream(values()).filter(form -> form.code == code).findFirst();
    }

    /** Bytes that the offsets take, at least one of them being there. */
    abstract long size(long[] offsets);

    abstract void write(long[] offsets, ByteArrayOutputStream out);

    /**
     * Reads all that is left.
     *
     * @throws IllegalArgumentException when it makes no sense
     * @throws ArithmeticException when an offset does not fit
     */
    abstract List<Long> read(long first, ByteBuffer in);

    /** Bytes that {@link #LIST} takes for an offset that follows another one. */
    static int gapSize(long before, long offset) {
        return Varint.size(offset - before - 1);
    }

    /** Bytes that {@link #BITMAP} takes for offsets between these two. */
    static long bitmapSize(long first, long last) {
        return (last - first + Byte.SIZE - 1) / Byte.SIZE;
    }

    private static boolean endsRun(long[] offsets, int i) {
        return i == offsets.length || offsets[i] != offsets[i - 1] + 1;
    }

    private static long runGap(long[] offsets, int i) {
        return offsets[i] - offsets[i - 1] - 2;
    }

    private static void add(List<Long> offsets, long offset) {
        if (offsets.size() >= LedgerCodec.MAX_UNFINISHED) {
            throw new IllegalArgumentException(
                    "it names more than " + LedgerCodec.MAX_UNFINISHED + " offsets");
        }
        offsets.add(offset);
    }
}
