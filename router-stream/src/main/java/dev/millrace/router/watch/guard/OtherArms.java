package dev.millrace.router.watch.guard;

import org.jspecify.annotations.Nullable;

/**
 * The last jobs of all arms of a rule but the guarded one.
 *
 * @param good the last good results: what a job takes and costs where all is well
 * @param ends the last ends, good or not; only which of them are errors
 * @param meanwhile which of them are errors since the oldest job in the guarded arm's window
 */
record OtherArms(ArmWindow good, ArmWindow ends, Meanwhile meanwhile) {

    /** As it was stored; null is an empty window. */
    static OtherArms read(
            GuardRule rule,
            byte @Nullable [] good,
            byte @Nullable [] ends,
            byte @Nullable [] meanwhile) {
        int capacity = rule.othersCapacity();
        return new OtherArms(
                ArmWindow.read(good, capacity),
                ArmWindow.read(ends, capacity),
                Meanwhile.read(meanwhile, rule.over()));
    }

    void add(Outcome outcome) {
        ends.add(new Outcome(outcome.isError(), 0, 0));
        meanwhile.onOther(outcome.isError());
        if (!outcome.isError()) {
            good.add(outcome);
        }
    }

    /** A job of the guarded arm has ended. */
    void onArm() {
        meanwhile.onArm();
    }

    /**
     * What share of errors is usual: that of their last jobs, or of those since the oldest in the
     * guarded arm's window, whichever is higher.
     *
     * @param least fewer jobs say nothing
     */
    ErrorShare errorShare(int least) {
        return new ErrorShare(ends.errors(), ends.size())
                .ofAtLeast(least)
                .or(meanwhile.share().ofAtLeast(least));
    }
}
