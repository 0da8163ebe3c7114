package dev.millrace.bench.figures;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Computes the fraction of their slots that workers use while workers join and leave. Divides the
 * finished calls by the calls that all slots of workers with partitions could have finished. A call
 * in flight counts as half a call, because calls in flight are half finished on average.
 */
public final class SlotUtilization {
    private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final double IN_FLIGHT_FRACTION = 0.5;

    private final int slots;
    private final double callSeconds;
    private double possibleCalls;
    private long lastNanos;
    private int workers;

    /**
     * @param slots slots of each worker, 1 or more
     * @param call duration of each call
     */
    public SlotUtilization(int slots, Duration call) {
        this.slots = slots;
        this.callSeconds = call.toNanos() / NANOS_PER_SECOND;
    }

    /**
     * Sets the number of workers with partitions from now on.
     *
     * @param nowNanos ticker time, never decreasing
     */
    public void onWorkerCount(long nowNanos, int count) {
        if (workers > 0) {
            double seconds = (nowNanos - lastNanos) / NANOS_PER_SECOND;
            possibleCalls += seconds * workers * slots / callSeconds;
        }
        lastNanos = nowNanos;
        workers = count;
    }

    /**
     * Returns the fraction of the slots used, 0 to about 1; 0 while no call can have finished.
     *
     * @param finished calls that had finished at the last {@link #onWorkerCount}
     */
    public double utilization(long finished) {
        double possible = possibleCalls - IN_FLIGHT_FRACTION * workers * slots;
        return possible > 0 ? finished / possible : 0;
    }
}
