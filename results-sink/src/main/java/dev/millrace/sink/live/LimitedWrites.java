package dev.millrace.sink.live;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A stream to a receiver that must read at a least rate, about 2 KiB/s. The write of a piece that
 * takes too long is interrupted and fails: interrupting a virtual thread that reads or writes a
 * socket closes it. For one thread.
 */
public final class LimitedWrites extends FilterOutputStream {
    /** Largest number of bytes that a receiver must read within {@link #PIECE_LIMIT}. */
    public static final int PIECE_BYTES = 64 << 10;

    static final Duration PIECE_LIMIT = Duration.ofSeconds(30);

    private final ScheduledExecutorService timer;

    /**
     * Limits the writes to a stream.
     *
     * @param timer interrupts writes
     */
    public LimitedWrites(OutputStream out, ScheduledExecutorService timer) {
        super(out);
        this.timer = timer;
    }

    private interface Writing {
        void write() throws IOException;
    }

    /** Interrupts its thread unless the write has ended. */
    private static final class Watch {
        private final Thread writer = Thread.currentThread();
        private boolean ended;
        private boolean interrupted;

        private synchronized void onLimit() {
            if (!ended) {
                interrupted = true;
                writer.interrupt();
            }
        }

        private synchronized boolean end() {
            ended = true;
            return interrupted;
        }
    }

    private void limited(Writing writing) throws IOException {
        var watch = new Watch();
        Future<?> limited =
                timer.schedule(watch::onLimit, PIECE_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        try {
            writing.write();
        } finally {
            limited.cancel(false);
            if (watch.end()) {
                // The interruption was meant for this write only.
                var _ = Thread.interrupted();
            }
        }
    }

    @Override
    public void write(int value) throws IOException {
        limited(() -> out.write(value));
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int end = offset + length;
        for (int next = offset; next < end; next += PIECE_BYTES) {
            int from = next;
            limited(() -> out.write(bytes, from, Math.min(PIECE_BYTES, end - from)));
        }
    }

    @Override
    public void flush() throws IOException {
        limited(out::flush);
    }

    @Override
    public void close() throws IOException {
        limited(out::close);
    }
}
