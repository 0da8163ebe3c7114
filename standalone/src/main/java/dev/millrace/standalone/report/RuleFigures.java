package dev.millrace.standalone.report;

import dev.millrace.contracts.control.Trip;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Figures of one rule with a split.
 *
 * @param rule number of the rule, from 1
 * @param arms arms in the order of the rule, then models that received jobs without being an arm
 * @param ramp state of the ramp, if the rule has one
 * @param guard state of the guard, if the rule has one
 */
public record RuleFigures(
        int rule, List<ArmFigures> arms, Optional<RampState> ramp, Optional<GuardState> guard) {
    public RuleFigures {
        arms = List.copyOf(arms);
    }

    /**
     * State of a ramp.
     *
     * @param at current step; empty for an earlier version whose state was overwritten
     */
    public record RampState(String arm, int steps, Optional<RampPosition> at) {}

    /**
     * Position of a ramp.
     *
     * @param step number of the step, from 1
     * @param percent share of the arm unless a guard has tripped
     * @param since start of the step; empty for a first step that has not been recorded
     */
    public record RampPosition(int step, double percent, Optional<Instant> since) {}

    /**
     * State of the guard of an arm.
     *
     * @param lastTrip latest trip of the arm in any rule or version of the policy, even if cleared
     */
    public record GuardState(String arm, Optional<Trip> lastTrip) {}
}
