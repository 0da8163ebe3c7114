package dev.millrace.standalone.report;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.result.JobEnd;
import java.math.BigDecimal;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Counts the ends of the jobs of one arm. What is an error is one for a guard too: a job that
 * failed, or that another model had to answer. One that was cancelled, or ended without a call,
 * says nothing about the arm. Of one thread.
 */
final class ArmTally {
    private static final int MEDIAN = 50;
    private static final int NINETY_FIFTH = 95;

    private final String arm;
    private final String model;
    private final LatencyHistogram latency = new LatencyHistogram();
    private long jobs;
    private long errors;
    private long cancelled;
    private long withoutCall;
    private BigDecimal costUsd = BigDecimal.ZERO;

    /**
     * @param arm as the policy writes it
     * @param model its name in the catalog
     */
    ArmTally(String arm, String model) {
        this.arm = arm;
        this.model = model;
    }

    /**
     * One of its jobs has ended.
     *
     * @param lastModel which model the last call went to; null when none was made
     */
    void onEnd(JobEnd end, @Nullable String lastModel) {
        if (ErrorCode.CANCELLED.code().equals(end.errorCode())) {
            cancelled++;
        } else if (end.attempts() == 0) {
            withoutCall++;
        } else {
            jobs++;
            costUsd = costUsd.add(end.jobCostUsd());
            if (end.errorCode() == null && (lastModel == null || lastModel.equals(model))) {
                latency.add(end.upstreamMs());
            } else {
                errors++;
            }
        }
    }

    String model() {
        return model;
    }

    long jobs() {
        return jobs;
    }

    BigDecimal costUsd() {
        return costUsd;
    }

    /**
     * What has been counted.
     *
     * @param savedUsd against the other arms, if that is asked
     */
    ArmFigures figures(@Nullable BigDecimal savedUsd) {
        return new ArmFigures(
                arm,
                model,
                new ArmFigures.Jobs(jobs, errors, cancelled, withoutCall),
                new ArmFigures.Latency(orNull(MEDIAN), orNull(NINETY_FIFTH)),
                new ArmFigures.Money(
                        costUsd, jobs == 0 ? null : Share.of(costUsd, 1, jobs), savedUsd));
    }

    private @Nullable Long orNull(int percent) {
        OptionalLong millis = latency.percentile(percent);
        return millis.isPresent() ? millis.getAsLong() : null;
    }
}
