package dev.millrace.bench.store;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Measures the rate of stored rows after the warm-up, a fifth of the rows. Rows are added by one
 * thread; any thread may wait.
 */
final class RowMeter {
    private static final int WARM_UP_PARTS = 5;
    private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final double NANOS_PER_MICRO = TimeUnit.MICROSECONDS.toNanos(1);

    private final long rows;
    private final LongSupplier nanos;
    private final LongSupplier cpuNanos;
    private final CountDownLatch end = new CountDownLatch(1);
    private long stored;
    private long measured;
    private long beginNanos;
    private long beginCpu;
    private long endNanos;
    private long endCpu;

    /**
     * @param rows rows to store, 10 or more
     * @param nanos the time
     * @param cpuNanos the processor time used so far
     */
    RowMeter(long rows, LongSupplier nanos, LongSupplier cpuNanos) {
        this.rows = rows;
        this.nanos = nanos;
        this.cpuNanos = cpuNanos;
    }

    /** Counts the rows of a transaction that has just been committed. */
    void add(int count) {
        if (end.getCount() == 0) {
            return;
        }
        boolean wasWarm = stored >= rows / WARM_UP_PARTS;
        stored += count;
        if (wasWarm) {
            measured += count;
        } else {
            beginNanos = nanos.getAsLong();
            beginCpu = cpuNanos.getAsLong();
        }
        if (stored >= rows) {
            endNanos = nanos.getAsLong();
            endCpu = cpuNanos.getAsLong();
            end.countDown();
        }
    }

    /** Waits until all rows are stored; returns false after the given number of seconds. */
    boolean await(int seconds) throws InterruptedException {
        return end.await(seconds, TimeUnit.SECONDS);
    }

    /** Returns stored rows per second; call when all rows are stored. */
    double rowsPerSecond() {
        return measured * NANOS_PER_SECOND / (endNanos - beginNanos);
    }

    /** Returns the processor time for each row in microseconds. */
    double cpuMicrosPerRow() {
        return (endCpu - beginCpu) / NANOS_PER_MICRO / measured;
    }
}
