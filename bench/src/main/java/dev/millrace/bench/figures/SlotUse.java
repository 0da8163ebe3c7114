package dev.millrace.bench.figures;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The part of their slots that workers use while some join and leave. Calls that end are counted
 * against those that slots of workers with partitions could have made. A call in flight counts
 * half, as calls begin and end evenly over the time that one takes.
 */
public final class SlotUse {
    private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final double PART_IN_FLIGHT = 0.5;

    private final int slots;
    private final double callSeconds;
    private double possibleCalls;
    private long lastNanos;
    private int workers;

    /**
     * @param slots of each worker, 1 or more
     * @param call how long each call takes
     */
    public SlotUse(int slots, Duration call) {
        this.slots = slots;
        this.callSeconds = call.toNanos() / NANOS_PER_SECOND;
    }

    /**
     * From this moment on, so many workers have partitions.
     *
     * @param nowNanos of a ticker, never less than before
     */
    public void onWorkers(long nowNanos, int now) {
        if (workers > 0) {
            double seconds = (nowNanos - lastNanos) / NANOS_PER_SECOND;
            possibleCalls += seconds * workers * slots / callSeconds;
        }
        lastNanos = nowNanos;
        workers = now;
    }

    /**
     * Returns the part of the slots that was used, 0 to about 1; 0 while nothing could end.
     *
     * @param ended calls that had ended at the last moment
     */
    public double part(long ended) {
        double possible = possibleCalls - PART_IN_FLIGHT * workers * slots;
        return possible > 0 ? ended / possible : 0;
    }
}
