package dev.millrace.router.watch.guard;

import java.util.Random;
import java.util.random.RandomGenerator;

/**
 * Ends of jobs in the order of chance, of which the arm has every hundredth, until its guard trips.
 */
final class Traffic {
    /** How an arm's job ends. */
    interface Ends {
        Outcome next(boolean isOfArm, RandomGenerator random);
    }

    private final GuardRule rule;
    private final ArmWindow arm;
    private final OtherArms others;
    private final RandomGenerator random;
    private boolean isBreached;

    Traffic(GuardRule rule, long seed) {
        this.rule = rule;
        arm = rule.armWindow();
        others = rule.otherArms();
        random = new Random(seed);
    }

    void run(int jobs, Ends ends) {
        for (int i = 0; i < jobs && !isBreached; i++) {
            boolean isOfArm = random.nextInt(100) == 0;
            Outcome outcome = ends.next(isOfArm, random);
            if (isOfArm) {
                arm.add(outcome);
                others.onArm();
            } else {
                others.add(outcome);
            }
            isBreached = rule.judge(arm, others).isPresent();
        }
    }

    boolean isBreached() {
        return isBreached;
    }
}
