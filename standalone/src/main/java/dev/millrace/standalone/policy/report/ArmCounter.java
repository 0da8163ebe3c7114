package dev.millrace.standalone.policy.report;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.result.JobEnd;
import java.math.BigDecimal;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Counts the finished jobs of one arm. Counts errors as guards do: a job that failed, or that
 * another model answered. Jobs that were cancelled or ended without a call of the arm, such as
 * behind an open breaker, are counted separately, because they reveal nothing about the arm. Used
 * by one thread.
 */
final class ArmCounter {
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
     * @param arm name of the arm in the policy
     * @param model name of the model in the catalog
     */
    ArmCounter(String arm, String model) {
        this.arm = arm;
        this.model = model;
    }

    /**
     * Adds a finished job.
     *
     * @param lastModel model of the last call; null without a call
     */
    void onEnd(JobEnd end, @Nullable String lastModel) {
        if (ErrorCode.CANCELLED.code().equals(end.errorCode())) {
            cancelled++;
        } else if (end.times().callAgeMs() == null) {
            withoutCall++;
        } else {
            jobs++;
            costUsd = costUsd.add(end.jobCostUsd());
            if (end.errorCode() == null && (lastModel == null || lastModel.equals(model))) {
                latency.add(end.times().upstreamMs());
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
     * Returns the figures of the arm.
     *
     * @param savedUsd savings against the other arms; null if they are not compared
     */
    ArmFigures figures(@Nullable BigDecimal savedUsd) {
        return new ArmFigures(
                arm,
                model,
                new ArmFigures.Jobs(jobs, errors, cancelled, withoutCall),
                new ArmFigures.Latency(orNull(MEDIAN), orNull(NINETY_FIFTH)),
                new ArmFigures.Money(
                        costUsd, jobs == 0 ? null : MoneyShare.of(costUsd, 1, jobs), savedUsd));
    }

    private @Nullable Long orNull(int percent) {
        OptionalLong millis = latency.percentile(percent);
        return millis.isPresent() ? millis.getAsLong() : null;
    }
}
