package dev.millrace.router.plan;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.policy.RuleCache;
import dev.millrace.router.message.RoutingMessage.JobIdentity;
import dev.millrace.router.message.RoutingMessage.PlannedJob;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a feature adds to the plan of a job. Thread-safe. */
public interface PlanAddition {
    /** Returns true if a job that is too long for a model's context window can be called there. */
    default boolean fits(PlanningJob job, Model model) {
        return false;
    }

    /** Returns true if the job's cost must have a bound, although its request names none. */
    default boolean boundsCost(JobIdentity job, ControlState control, Instant now) {
        return false;
    }

    /** Returns the money of a tenant that conditions of rules compare; null for no limit. */
    default @Nullable BigDecimal budgetLeft(String tenant, ControlState control, Instant now) {
        return null;
    }

    /** Completes or rejects the plan of a job after its models are chosen. */
    default Plan complete(Plan.Routed plan, PlanningJob job) {
        return plan;
    }

    /**
     * Returns the headers of a job that is called itself, or of a part, with what this feature
     * adds.
     *
     * @param model the planned model
     * @param rule settings of the rule for the answer cache; empty if it has none
     */
    default JobHeaders headers(
            JobHeaders job, RequestLine line, Model model, Optional<RuleCache> rule) {
        return job;
    }

    /** Returns the number of calls in the highest cost of a job. */
    default int calls(PlannedJob job) {
        return 1;
    }
}
