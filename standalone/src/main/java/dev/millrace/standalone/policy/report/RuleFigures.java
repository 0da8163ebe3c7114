package dev.millrace.standalone.policy.report;

import dev.millrace.contracts.control.Trip;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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
     * Returns the finished jobs of an arm in percent of the rule's, with two decimals; null if no
     * job has finished.
     */
    public @Nullable BigDecimal sharePercent(ArmFigures arm) {
        long all = arms.stream().mapToLong(it -> it.jobs().finished()).sum();
        return ArmFigures.Jobs.percent(arm.jobs().finished(), all);
    }

    /**
     * Projects the savings of an arm to a month, or returns empty if they are not compared.
     *
     * @param measured period in which the jobs of the report ended
     */
    public Optional<MonthlySaving> monthlySaving(ArmFigures arm, Duration measured) {
        BigDecimal saved = arm.money().savedUsd();
        long seconds = measured.toSeconds();
        if (saved == null || seconds <= 0) {
            return Optional.empty();
        }
        BigDecimal monthly = MoneyShare.of(saved, MonthlySaving.DAYS.toSeconds(), seconds);
        long all = arms.stream().mapToLong(it -> it.jobs().counted()).sum();
        return Optional.of(
                new MonthlySaving(monthly, MoneyShare.of(monthly, all, arm.jobs().counted())));
    }

    /**
     * Savings of an arm in {@link #DAYS} at the rate of jobs in the report, in US dollars; negative
     * if the arm costs more than the others.
     *
     * @param atItsShare with the share that the arm had
     * @param withAllJobs if the arm got all jobs of the rule
     */
    public record MonthlySaving(BigDecimal atItsShare, BigDecimal withAllJobs) {
        /** Length of the month. */
        public static final Duration DAYS = Duration.ofDays(30);
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
