package dev.millrace.standalone.run;

import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.standalone.run.PendingLines.PendingLine;
import dev.millrace.standalone.run.estimate.RunEstimate;
import java.math.BigDecimal;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Progress of a run. The planner and the sink's thread write; the display reads. Thread-safe. */
final class RunProgress {
    private final PendingLines pendingLines = new PendingLines();
    private final RunEstimate estimate;
    private final FinishRate rate = new FinishRate();
    private long total;
    private long planned;
    private long reused;
    private long failed;
    private BigDecimal costUsd = BigDecimal.ZERO;
    private @Nullable Long firstResultNanos;
    private long lastResultNanos;
    private long longestCallNanos;

    /** Creates the progress of a run that has not planned any line and expects no cost. */
    RunProgress() {
        this(RunEstimate.NONE);
    }

    /** Creates the progress of a run that has not planned any line. */
    RunProgress(RunEstimate estimate) {
        this.estimate = estimate;
    }

    /** Returns the estimate of the run, to which the planner adds the jobs. */
    RunEstimate estimate() {
        return estimate;
    }

    /** Sets the number of lines that the run will process. */
    synchronized void setTotal(long lines) {
        total = lines;
    }

    /** Counts a planned line, which possibly reuses a stored outcome. */
    synchronized void onPlanned(boolean isReused) {
        planned++;
        reused += isReused ? 1 : 0;
    }

    /** Adds a line to the pending lines; see {@link PendingLines#add}. */
    void addPending(String batch, long line, boolean isRepeat) {
        pendingLines.add(batch, line, isRepeat);
    }

    /** Records a stored result of a line. */
    synchronized void onResult(long line, ResultView result, long nowNanos) {
        long callNanos = TimeUnit.MILLISECONDS.toNanos(result.upstreamMs());
        if (firstResultNanos == null) {
            firstResultNanos = nowNanos;
            rate.onReading(0, true, nowNanos - callNanos);
        }
        lastResultNanos = nowNanos;
        longestCallNanos = Math.max(longestCallNanos, callNanos);
        if (pendingLines.onResult(result.batch(), line) && result.errorCode() != null) {
            failed++;
        }
    }

    /** Records a stored dead letter, which possibly rejects a line as a duplicate. */
    synchronized void onDeadLetter(String batch, long line, boolean isDuplicate) {
        if (pendingLines.onDeadLetter(batch, line, isDuplicate)) {
            failed++;
        }
    }

    /**
     * Records that the router has rejected a line before this run; see {@link PendingLines#reject}.
     */
    void onRejected(String batch, long line) {
        pendingLines.reject(batch, line);
    }

    /**
     * Returns the pending lines that the router has rejected; see {@link PendingLines#rejected}.
     */
    List<PendingLine> rejected() {
        return pendingLines.rejected();
    }

    /** Adds a cost event. */
    synchronized void onCost(CostEvent event) {
        BigDecimal billed = event.kind() == CostKind.BILLED ? event.costUsd() : BigDecimal.ZERO;
        costUsd = costUsd.add(billed);
        estimate.onCost(event.jobId(), event.usage(), billed, event.isFinal());
    }

    /** Returns the cost of all billed calls so far, in US dollars. */
    synchronized BigDecimal costUsd() {
        return costUsd;
    }

    /** Returns the tick of the first result, or null before it. */
    synchronized @Nullable Long firstResultNanos() {
        return firstResultNanos;
    }

    /** Returns true if no planned line is pending. */
    boolean isDone() {
        return pending() == 0;
    }

    /** Returns the number of planned lines without an outcome. */
    long pending() {
        return pendingLines.count();
    }

    /** Returns the current figures. */
    synchronized Snapshot snapshot(long nowNanos) {
        long done = planned - pendingLines.count();
        if (firstResultNanos != null) {
            rate.onReading(done - reused, true, rateNanos(nowNanos));
        }
        return new Snapshot(
                total,
                done,
                failed,
                costUsd,
                expectedUsd(),
                perSecond(),
                secondsLeft(total - done));
    }

    /**
     * Returns the time of the last result, or a later time if no call has lasted until now. The
     * rate therefore does not fall while calls that began together are in flight.
     */
    private long rateNanos(long nowNanos) {
        return nowNanos - Math.min(nowNanos - lastResultNanos, longestCallNanos);
    }

    private double perSecond() {
        return rate.perSecond().orElse(0);
    }

    private @Nullable Double secondsLeft(long unfinished) {
        double perSecond = perSecond();
        return perSecond > 0
                ? Double.valueOf(Math.max(unfinished / perSecond, estimate.leastSeconds()))
                : null;
    }

    private @Nullable BigDecimal expectedUsd() {
        BigDecimal rest =
                planned == 0 ? null : estimate.restUsd((total - planned) / (double) planned);
        return rest == null ? null : costUsd.add(rest);
    }

    /**
     * Figures for the display.
     *
     * @param failed failed jobs and dead letters of this run
     * @param expectedUsd expected cost of the whole run in US dollars; null if unknown
     * @param perSecond jobs per second in the last minutes; 0 if unknown
     * @param secondsLeft null before the first result, when no estimate is possible
     */
    record Snapshot(
            long total,
            long done,
            long failed,
            BigDecimal costUsd,
            @Nullable BigDecimal expectedUsd,
            double perSecond,
            @Nullable Double secondsLeft) {}
}
