package dev.millrace.standalone.report;

import dev.millrace.contracts.control.Trip;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is known of one rule with a split.
 *
 * @param rule its number, from 1
 * @param arms as the rule lists them; then models that got jobs of it and are not known as arms
 * @param ramp where its ramp is, if it has one
 * @param guard what its guard has done, if it has one
 */
public record RuleFigures(
        int rule, List<ArmFigures> arms, Optional<RampStatus> ramp, Optional<GuardNow> guard) {
    public RuleFigures {
        arms = List.copyOf(arms);
    }

    /**
     * Where a ramp is.
     *
     * @param at absent for a version that is no longer in force and whose place was overwritten
     */
    public record RampStatus(String arm, int steps, Optional<Place> at) {}

    /**
     * A step of a ramp.
     *
     * @param step from 1
     * @param percent share of the arm while no guard has taken it
     * @param since when the step began; absent for a first one that has not been noted
     */
    public record Place(int step, double percent, Optional<Instant> since) {}

    /**
     * A guard of an arm.
     *
     * @param lastTrip of that arm in any rule or version of the policy, in force or cleared
     */
    public record GuardNow(String arm, Optional<Trip> lastTrip) {}
}
