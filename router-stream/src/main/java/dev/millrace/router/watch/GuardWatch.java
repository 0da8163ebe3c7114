package dev.millrace.router.watch;

import dev.millrace.contracts.control.Trip;
import dev.millrace.router.watch.GuardStatus.Counting;
import dev.millrace.router.watch.GuardStatus.Tripped;
import dev.millrace.router.watch.WatchedRule.GuardedArm;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The guard of one version of one rule: its status and its two windows. While it has tripped the
 * windows are empty. Belongs to one thread.
 */
final class GuardWatch {
    private final GuardedArm guarded;
    private GuardStatus status;
    private ArmWindow arm;
    private ArmWindow others;

    /** One that has not counted yet. */
    GuardWatch(GuardedArm guarded, GuardStatus status) {
        this.guarded = guarded;
        this.status = status;
        arm = guarded.rule().armWindow();
        others = guarded.rule().othersWindow();
    }

    /** One whose windows were stored; null is an empty one. */
    static GuardWatch restored(
            GuardedArm guarded,
            GuardStatus status,
            byte @Nullable [] storedArm,
            byte @Nullable [] storedOthers) {
        var watch = new GuardWatch(guarded, status);
        if (storedArm != null) {
            watch.arm = ArmWindow.decode(storedArm, guarded.rule().over());
        }
        if (storedOthers != null) {
            watch.others = ArmWindow.decode(storedOthers, guarded.rule().othersCapacity());
        }
        return watch;
    }

    /** Looks into control; returns whether the windows start anew. */
    boolean onControl(Optional<Trip> known, long nowMillis) {
        GuardStatus next = status.onControl(known, nowMillis);
        boolean isAnother = !next.equals(status);
        if (isAnother) {
            become(next);
        }
        return isAnother;
    }

    /** The same arm has tripped, by this guard or by that of another rule. */
    void onTrip(long atMillis) {
        become(new Tripped(atMillis));
    }

    private void become(GuardStatus next) {
        status = next;
        arm = guarded.rule().armWindow();
        others = guarded.rule().othersWindow();
    }

    /**
     * Counts the end of a job, unless the guard has tripped or had when the job ended; returns what
     * is breached by it.
     */
    Optional<Breach> onEnd(ArmEnd end, long endedMillis) {
        return switch (status) {
            case Counting(_, var since) when endedMillis > since -> {
                count(end);
                yield guarded.rule().judge(arm, others);
            }
            case Counting _, Tripped _ -> Optional.empty();
        };
    }

    private void count(ArmEnd end) {
        if (end.model().equals(guarded.model())) {
            arm.add(end.outcome());
        } else if (!end.outcome().isError()) {
            others.add(end.outcome());
        }
    }

    GuardedArm guarded() {
        return guarded;
    }

    GuardStatus status() {
        return status;
    }

    boolean isTripped() {
        return status instanceof Tripped;
    }

    ArmWindow arm() {
        return arm;
    }

    ArmWindow others() {
        return others;
    }
}
