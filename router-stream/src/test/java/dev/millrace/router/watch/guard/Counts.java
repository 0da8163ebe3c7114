package dev.millrace.router.watch.guard;

/**
 * What the windows of a guard hold, for tests of the steps.
 *
 * @param meanwhile jobs of the others since the arm's oldest one
 * @param timesMeanwhile good results of them
 */
public record Counts(
        int jobs,
        int errors,
        int othersGood,
        int othersErrors,
        long meanwhile,
        long timesMeanwhile) {
    public static Counts of(GuardWatch guard) {
        return new Counts(
                guard.arm().size(),
                guard.arm().errors(),
                guard.others().good().size(),
                guard.others().ends().errors(),
                guard.others().meanwhile().share().jobs(),
                guard.others().times().counts().size());
    }
}
