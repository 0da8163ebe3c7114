package dev.millrace.router.guards;

import java.util.Random;
import java.util.random.RandomGenerator;

/** Random job outcomes, a hundredth of them of the guarded arm, until the guard trips. */
final class SimulatedTraffic {
    /** Source of outcomes. */
    interface Ends {
        JobOutcome next(boolean isArmJob, RandomGenerator random);
    }

    private final GuardRule rule;
    private final OutcomeWindow arm;
    private final Baseline baseline;
    private final RandomGenerator random;
    private boolean isBreached;

    SimulatedTraffic(GuardRule rule, long seed) {
        this.rule = rule;
        arm = rule.emptyWindow();
        baseline = rule.emptyBaseline();
        random = new Random(seed);
    }

    void run(int jobs, Ends ends) {
        for (int i = 0; i < jobs && !isBreached; i++) {
            boolean isArmJob = random.nextInt(100) == 0;
            JobOutcome outcome = ends.next(isArmJob, random);
            if (isArmJob) {
                arm.add(outcome);
                baseline.onArmJob();
            } else {
                baseline.add(outcome);
            }
            isBreached = rule.findBreach(arm, baseline).isPresent();
        }
    }

    boolean isBreached() {
        return isBreached;
    }
}
