package dev.millrace.router.plan;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.policy.RuleCache;
import dev.millrace.router.message.RoutingMessage.PlannedJob;
import java.util.Optional;

/** What a feature adds to the plan of a job. Thread-safe. */
public interface PlanAddition {
    /** Returns true if a job that is too long for a model's context window can be called there. */
    default boolean fits(PlanningJob job, Model model) {
        return false;
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
