package dev.millrace.sink.live;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A stream to a receiver that must read. A write that takes too long is interrupted and fails:
 * interrupting a virtual thread that reads or writes a socket closes it. For one thread.
 */
public final class LimitedWrites extends FilterOutputStream {
    private final ScheduledExecutorService timer;
    private final Duration limit;

    /**
     * Limits the writes to a stream.
     *
     * @param timer interrupts writes
     * @param limit longest duration of a write, during which its receiver may read nothing
     */
    public LimitedWrites(OutputStream out, ScheduledExecutorService timer, Duration limit) {
        super(out);
        this.timer = timer;
        this.limit = limit;
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
        Future<?> limited = timer.schedule(watch::onLimit, limit.toMillis(), TimeUnit.MILLISECONDS);
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
        limited(() -> out.write(bytes, offset, length));
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
