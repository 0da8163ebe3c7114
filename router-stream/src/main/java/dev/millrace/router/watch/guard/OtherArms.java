package dev.millrace.router.watch.guard;

/**
 * The last jobs of all arms of a rule but the guarded one.
 *
 * @param good the last good results: what a job takes and costs where all is well
 * @param ends the last ends, good or not; only which of them are errors
 */
record OtherArms(ArmWindow good, ArmWindow ends) {

    void add(Outcome outcome) {
        ends.add(new Outcome(outcome.isError(), 0, 0));
        if (!outcome.isError()) {
            good.add(outcome);
        }
    }
}
