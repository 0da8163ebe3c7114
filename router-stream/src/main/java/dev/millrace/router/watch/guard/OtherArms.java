package dev.millrace.router.watch.guard;

import org.jspecify.annotations.Nullable;

/**
 * The last jobs of all arms of a rule but the guarded one.
 *
 * @param good the last good results: what a job takes and costs where all is well
 * @param ends the last ends, good or not; only which of them are errors
 * @param meanwhile which of them are errors since the oldest job in the guarded arm's window
 * @param times of their good results since then
 */
record OtherArms(ArmWindow good, ArmWindow ends, Meanwhile meanwhile, MeanwhileTimes times) {

    /** As it was stored; null is an empty window. */
    static OtherArms read(
            GuardRule rule,
            byte @Nullable [] good,
            byte @Nullable [] ends,
            byte @Nullable [] meanwhile,
            byte @Nullable [] times) {
        int capacity = rule.othersCapacity();
        return new OtherArms(
                ArmWindow.read(good, capacity),
                ArmWindow.read(ends, capacity),
                Meanwhile.read(meanwhile, rule.over()),
                MeanwhileTimes.read(times, rule.over()));
    }

    void add(Outcome outcome) {
        ends.add(new Outcome(outcome.isError(), 0, 0));
        meanwhile.onOther(outcome.isError());
        if (!outcome.isError()) {
            good.add(outcome);
            times.onOther(outcome.upstreamMillis());
        }
    }

    /** A job of the guarded arm has ended. */
    void onArm() {
        meanwhile.onArm();
        times.onArm();
    }

    /**
     * What share of errors is usual: that of their last jobs, or of those since the oldest in the
     * guarded arm's window, whichever is higher.
     *
     * @param least fewer jobs say nothing
     */
    JobShare errorShare(int least) {
        return new JobShare(ends.errors(), ends.size())
                .ofAtLeast(least)
                .or(meanwhile.share().ofAtLeast(least));
    }

    /**
     * What 95 % of their calls take at most: of their last ones, or of those since the oldest job
     * in the guarded arm's window, whichever take longer.
     *
     * @param least fewer jobs say nothing
     */
    int p95Millis(int least) {
        int last = good.times().p95();
        return times.counts().size() < least ? last : Math.max(last, times.counts().p95());
    }

    /**
     * What share of their calls has taken longer since the oldest job in the guarded arm's window:
     * of a slowness that all arms have felt, chance may give the arm a bit more.
     *
     * @param least fewer jobs say nothing
     */
    JobShare slowShare(long limitMillis, int least) {
        return new JobShare(times.counts().countAbove(limitMillis), times.counts().size())
                .ofAtLeast(least);
    }
}
