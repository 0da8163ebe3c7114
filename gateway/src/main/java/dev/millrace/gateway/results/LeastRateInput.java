package dev.millrace.gateway.results;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * A stream for a receiver that must take the bytes at a minimum rate of about 2 KiB/s. A slower
 * receiver would hold a slot and a connection for days. Time spent waiting for the stream itself
 * does not count. Used by one thread.
 */
public final class LeastRateInput extends FilterInputStream {
    /** Bytes that the receiver must take within {@link #PATIENCE}. */
    static final int PIECE_BYTES = 64 << 10;

    static final Duration PATIENCE = Duration.ofSeconds(30);

    private final LongSupplier nanoTicker;
    private long taken;
    private long usedNanos;
    private long readNanos;
    private boolean hasRead;

    /**
     * Limits the reader of a stream.
     *
     * @param nanoTicker ticker for durations
     */
    public LeastRateInput(InputStream in, LongSupplier nanoTicker) {
        super(in);
        this.nanoTicker = nanoTicker;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        int count = read(one, 0, 1);
        return count < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (hasRead) {
            requireRate();
        }
        int count = super.read(target, offset, Math.min(length, PIECE_BYTES));
        taken += Math.max(0, count);
        readNanos = nanoTicker.getAsLong();
        hasRead = true;
        return count;
    }

    private void requireRate() throws IOException {
        usedNanos += nanoTicker.getAsLong() - readNanos;
        long counted = Math.max(taken, PIECE_BYTES);
        if (usedNanos > PATIENCE.toNanos() * counted / PIECE_BYTES) {
            throw new IOException(
                    "the receiver took less than %d KiB within %d s"
                            .formatted(PIECE_BYTES >> 10, PATIENCE.toSeconds()));
        }
        if (taken >= PIECE_BYTES) {
            taken = 0;
            usedNanos = 0;
        }
    }
}
