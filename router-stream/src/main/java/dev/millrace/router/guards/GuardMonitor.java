package dev.millrace.router.guards;

import dev.millrace.contracts.control.Trip;
import dev.millrace.router.guards.GuardStatus.Counting;
import dev.millrace.router.guards.GuardStatus.Tripped;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Guard of one version of one rule: its status and its windows, which are empty after a trip. Used
 * by one thread.
 */
public final class GuardMonitor {
    private final GuardedArm guarded;
    private GuardStatus status;
    private OutcomeWindow arm;
    private Baseline baseline;

    /** Creates a guard with empty windows. */
    GuardMonitor(GuardedArm guarded, GuardStatus status) {
        this.guarded = guarded;
        this.status = status;
        arm = guarded.rule().emptyWindow();
        baseline = guarded.rule().emptyBaseline();
    }

    /**
     * Restores a stored guard.
     *
     * @param storedArm the arm's window; null for an empty one
     */
    static GuardMonitor restored(
            GuardedArm guarded,
            GuardStatus status,
            byte @Nullable [] storedArm,
            Baseline baseline) {
        var monitor = new GuardMonitor(guarded, status);
        monitor.arm = OutcomeWindow.read(storedArm, guarded.rule().over());
        monitor.baseline = baseline;
        return monitor;
    }

    /**
     * Applies the arm's last trip in control. Returns true if the status changed, which empties the
     * windows.
     */
    public boolean onControl(Optional<Trip> lastTrip, long nowMillis) {
        GuardStatus next = status.onControl(lastTrip, nowMillis);
        boolean isChanged = !next.equals(status);
        if (isChanged) {
            restart(next);
        }
        return isChanged;
    }

    /** Trips this guard, after a breach of this guard or of another rule's guard for its arm. */
    public void onTrip(long atMillis) {
        restart(new Tripped(atMillis));
    }

    private void restart(GuardStatus next) {
        status = next;
        arm = guarded.rule().emptyWindow();
        baseline = guarded.rule().emptyBaseline();
    }

    /**
     * Counts a job's outcome, and returns a report after tripping the guard if the outcome breaches
     * a bound. Ignores the outcome after a trip, for a job that ended before the last clearing, and
     * for a job whose arm was not called since the clearing: an open breaker is no answer of the
     * arm.
     */
    public Optional<Breach.Report> onOutcome(ArmOutcome outcome, long endedMillis, long nowMillis) {
        return switch (status) {
            case Counting counting when counts(counting, outcome, endedMillis, nowMillis) -> {
                count(outcome);
                var report =
                        guarded.rule()
                                .findBreach(arm, baseline)
                                .map(it -> Breach.Report.of(it, arm));
                report.ifPresent(_ -> onTrip(nowMillis));
                yield report;
            }
            case Counting _, Tripped _ -> Optional.empty();
        };
    }

    /**
     * The other arms count without corrections, since their errors only excuse errors of the arm.
     */
    private boolean counts(
            Counting counting, ArmOutcome outcome, long endedMillis, long nowMillis) {
        if (!isOfArm(outcome)) {
            return counting.counts(endedMillis, 0, nowMillis);
        }
        Long callAge = outcome.callAgeMillis();
        return callAge != null && counting.counts(endedMillis, callAge, nowMillis);
    }

    private boolean isOfArm(ArmOutcome outcome) {
        return outcome.model().equals(guarded.model());
    }

    private void count(ArmOutcome outcome) {
        if (isOfArm(outcome)) {
            arm.add(outcome.outcome());
            baseline.onArmJob();
        } else {
            baseline.add(outcome.outcome());
        }
    }

    public GuardedArm guarded() {
        return guarded;
    }

    GuardStatus status() {
        return status;
    }

    public boolean isTripped() {
        return status instanceof Tripped;
    }

    OutcomeWindow arm() {
        return arm;
    }

    Baseline baseline() {
        return baseline;
    }
}
