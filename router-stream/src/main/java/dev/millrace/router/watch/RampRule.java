package dev.millrace.router.watch;

import dev.millrace.contracts.policy.Ramp;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How the share of an arm grows.
 *
 * @param percents the arm's share in each step, in percent; at least one
 * @param goodResults that the arm must have given in a step before the next one; absent: none
 * @param time that a step lasts at least; absent: none
 */
record RampRule(List<Double> percents, OptionalInt goodResults, Optional<Duration> time) {
    RampRule {
        percents = List.copyOf(percents);
    }

    static RampRule of(Ramp ramp) {
        return new RampRule(ramp.steps(), ramp.each().goodResults(), ramp.each().time());
    }

    int lastStep() {
        return percents.size() - 1;
    }

    /** The arm's share in that step, in percent. */
    double percent(int step) {
        return percents.get(step);
    }
}
