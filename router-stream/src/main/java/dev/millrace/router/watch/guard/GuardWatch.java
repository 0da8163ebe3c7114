package dev.millrace.router.watch.guard;

import dev.millrace.contracts.control.Trip;
import dev.millrace.router.watch.guard.GuardStatus.Counting;
import dev.millrace.router.watch.guard.GuardStatus.Tripped;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The guard of one version of one rule: its status and its windows. While it has tripped the
 * windows are empty. Belongs to one thread.
 */
public final class GuardWatch {
    private final GuardedArm guarded;
    private GuardStatus status;
    private ArmWindow arm;
    private OtherArms others;

    /** One that has not counted yet. */
    GuardWatch(GuardedArm guarded, GuardStatus status) {
        this.guarded = guarded;
        this.status = status;
        arm = guarded.rule().armWindow();
        others = guarded.rule().otherArms();
    }

    /** One whose windows were stored; null is an empty one. */
    static GuardWatch restored(
            GuardedArm guarded, GuardStatus status, byte @Nullable [] storedArm, OtherArms others) {
        var watch = new GuardWatch(guarded, status);
        watch.arm = ArmWindow.read(storedArm, guarded.rule().over());
        watch.others = others;
        return watch;
    }

    /** Looks into control; returns whether the windows start anew. */
    public boolean onControl(Optional<Trip> known, long nowMillis) {
        GuardStatus next = status.onControl(known, nowMillis);
        boolean isAnother = !next.equals(status);
        if (isAnother) {
            become(next);
        }
        return isAnother;
    }

    /** The same arm has tripped, by this guard or by that of another rule. */
    public void onTrip(long atMillis) {
        become(new Tripped(atMillis));
    }

    private void become(GuardStatus next) {
        status = next;
        arm = guarded.rule().armWindow();
        others = guarded.rule().otherArms();
    }

    /**
     * Counts the end of a job, unless the guard has tripped or had when the job ended. Trips when
     * it is breached by it.
     */
    public Optional<Verdict> onEnd(ArmEnd end, long endedMillis, long nowMillis) {
        return switch (status) {
            case Counting counting when counting.counts(endedMillis, nowMillis) -> {
                count(end);
                var verdict = guarded.rule().judge(arm, others).map(it -> Verdict.of(it, arm));
                verdict.ifPresent(_ -> onTrip(nowMillis));
                yield verdict;
            }
            case Counting _, Tripped _ -> Optional.empty();
        };
    }

    private void count(ArmEnd end) {
        if (end.model().equals(guarded.model())) {
            arm.add(end.outcome());
            others.onArm();
        } else {
            others.add(end.outcome());
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

    ArmWindow arm() {
        return arm;
    }

    OtherArms others() {
        return others;
    }
}
