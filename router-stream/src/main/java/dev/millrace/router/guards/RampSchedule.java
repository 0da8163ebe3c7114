package dev.millrace.router.guards;

import dev.millrace.contracts.policy.Ramp;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Steps in which the share of a ramped arm grows.
 *
 * @param percents the arm's share in each step, in percent; at least one step
 * @param goodResults minimum number of good results of the arm in each step; empty: no minimum
 * @param time minimum duration of each step; empty: no minimum
 */
record RampSchedule(List<Double> percents, OptionalInt goodResults, Optional<Duration> time) {
    RampSchedule {
        percents = List.copyOf(percents);
    }

    static RampSchedule of(Ramp ramp) {
        return new RampSchedule(ramp.steps(), ramp.each().goodResults(), ramp.each().time());
    }

    int lastStep() {
        return percents.size() - 1;
    }

    /** Returns the arm's share in a step, in percent. */
    double percent(int step) {
        return percents.get(step);
    }
}
