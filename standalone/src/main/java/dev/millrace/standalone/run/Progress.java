package dev.millrace.standalone.run;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * How far a run is. Written to by the scan and by the sink's thread, read by the display; guarded
 * by itself.
 */
final class Progress {
    private static final double NANOS_PER_SECOND = 1e9;

    private final Outstanding outstanding = new Outstanding();
    private long total;
    private long met;
    private long reused;
    private long failed;
    private BigDecimal costUsd = BigDecimal.ZERO;
    private @Nullable Long firstResultNanos;

    /** Tells how many lines the run takes. */
    synchronized void expect(long lines) {
        total = lines;
    }

    /** A line of the input, and whether its outcome is known already. */
    synchronized void onLine(boolean isReused) {
        met++;
        reused += isReused ? 1 : 0;
    }

    void await(String batch, long line, boolean repeat) {
        outstanding.await(batch, line, repeat);
    }

    synchronized void onResult(String batch, long line, boolean isFailed, long nowNanos) {
        if (firstResultNanos == null) {
            firstResultNanos = nowNanos;
        }
        if (outstanding.onResult(batch, line) && isFailed) {
            failed++;
        }
    }

    synchronized void onDeadLetter(String batch, long line, boolean duplicate) {
        if (outstanding.onDeadLetter(batch, line, duplicate)) {
            failed++;
        }
    }

    synchronized void onCost(BigDecimal usd) {
        costUsd = costUsd.add(usd);
    }

    synchronized @Nullable Long firstResultNanos() {
        return firstResultNanos;
    }

    boolean isDone() {
        return left() == 0;
    }

    /** Lines that were met and have no outcome yet. */
    long left() {
        return outstanding.count();
    }

    /**
     * A picture of now.
     *
     * @param startNanos when the run's first line was published
     */
    synchronized View view(long startNanos, long nowNanos) {
        long done = met - outstanding.count();
        double seconds = Math.max(nowNanos - startNanos, 1) / NANOS_PER_SECOND;
        double perSecond = (done - reused) / seconds;
        Double secondsLeft = perSecond > 0 ? Double.valueOf((total - done) / perSecond) : null;
        return new View(total, done, failed, perSecond, costUsd, secondsLeft);
    }

    /**
     * What the display shows.
     *
     * @param failed failed jobs and dead letters of this run
     * @param secondsLeft null while nothing can be said
     */
    record View(
            long total,
            long done,
            long failed,
            double perSecond,
            BigDecimal costUsd,
            @Nullable Double secondsLeft) {}
}
