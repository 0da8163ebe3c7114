package dev.millrace.standalone.run.progress;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** Progress of a run. The planner and the sink's thread write; the display reads. Thread-safe. */
public final class RunProgress {
    private static final double NANOS_PER_SECOND = 1e9;

    private final PendingLines pendingLines = new PendingLines();
    private long total;
    private long planned;
    private long reused;
    private long failed;
    private BigDecimal costUsd = BigDecimal.ZERO;
    private @Nullable Long firstResultNanos;

    /** Creates the progress of a run that has not planned any line. */
    public RunProgress() {}

    /** Sets the number of lines that the run will process. */
    public synchronized void setTotal(long lines) {
        total = lines;
    }

    /** Counts a planned line, which may reuse a stored outcome. */
    public synchronized void onPlanned(boolean isReused) {
        planned++;
        reused += isReused ? 1 : 0;
    }

    /** Adds a line to the pending lines; see {@link PendingLines#add}. */
    public void addPending(String batch, long line, boolean isRepeat) {
        pendingLines.add(batch, line, isRepeat);
    }

    /** Records a stored result. */
    public synchronized void onResult(String batch, long line, boolean isFailed, long nowNanos) {
        if (firstResultNanos == null) {
            firstResultNanos = nowNanos;
        }
        if (pendingLines.onResult(batch, line) && isFailed) {
            failed++;
        }
    }

    /** Records a stored dead letter, which may reject a line as a duplicate. */
    public synchronized void onDeadLetter(String batch, long line, boolean isDuplicate) {
        if (pendingLines.onDeadLetter(batch, line, isDuplicate)) {
            failed++;
        }
    }

    /** Adds the cost of a billed call. */
    public synchronized void onCost(BigDecimal usd) {
        costUsd = costUsd.add(usd);
    }

    /** Returns the cost of all billed calls so far, in US dollars. */
    public synchronized BigDecimal costUsd() {
        return costUsd;
    }

    /** Returns the tick of the first result, or null before it. */
    public synchronized @Nullable Long firstResultNanos() {
        return firstResultNanos;
    }

    /** Returns true if no planned line is pending. */
    public boolean isDone() {
        return pending() == 0;
    }

    /** Returns the number of planned lines without an outcome. */
    public long pending() {
        return pendingLines.count();
    }

    /**
     * Returns the current figures.
     *
     * @param startNanos tick at which the first line was published
     */
    synchronized Snapshot snapshot(long startNanos, long nowNanos) {
        long done = planned - pendingLines.count();
        double seconds = Math.max(nowNanos - startNanos, 1) / NANOS_PER_SECOND;
        double perSecond = (done - reused) / seconds;
        Double secondsLeft = perSecond > 0 ? Double.valueOf((total - done) / perSecond) : null;
        return new Snapshot(total, done, failed, perSecond, costUsd, secondsLeft);
    }

    /**
     * Figures for the display.
     *
     * @param failed failed jobs and dead letters of this run
     * @param secondsLeft null before the first outcome, when no estimate is possible
     */
    record Snapshot(
            long total,
            long done,
            long failed,
            double perSecond,
            BigDecimal costUsd,
            @Nullable Double secondsLeft) {}
}
