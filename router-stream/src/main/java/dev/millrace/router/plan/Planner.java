package dev.millrace.router.plan;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.router.canary.inflight.CanaryInFlightLimit;
import dev.millrace.router.classify.Classifier;
import dev.millrace.router.classify.Profile;
import dev.millrace.router.policy.ActivePolicy;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Chooses the model of a job: the model that the job names, or one that the active policy selects.
 * Thread-safe if its classifier and availability are.
 */
public final class Planner {
    private final NamedModelSelector namedSelector;
    private final PolicyModelSelector policySelector;
    private final Classifier classifier;

    public Planner(ServiceableModels serviceable, ModelAvailability topics, Classifier classifier) {
        var eligibility = new ModelEligibility(serviceable, topics);
        namedSelector = new NamedModelSelector(serviceable, eligibility);
        policySelector = new PolicyModelSelector(serviceable, eligibility);
        this.classifier = classifier;
    }

    /** Plans the job without limits on the unfinished jobs of canaries. */
    public Plan plan(JobRequest job, Optional<ActivePolicy> active, Instant now) {
        return plan(job, active, now, CanaryInFlightLimit.UNLIMITED);
    }

    /**
     * Plans the job.
     *
     * @param active the current policy for jobs with the model {@code auto}; empty without one
     */
    public Plan plan(
            JobRequest job, Optional<ActivePolicy> active, Instant now, CanaryInFlightLimit limit) {
        RequestLine line = job.line();
        Profile profile = classifier.classify(line, now);
        Plan plan = select(job, profile, active, limit);
        Instant deadline = line.options().deadline();
        if (deadline == null || now.isBefore(deadline)) {
            return plan;
        }
        Plan.Rejected expired = expired(deadline, now);
        return plan instanceof Plan.Rejected other
                ? Plan.Rejected.all(List.of(expired, other))
                : expired;
    }

    private Plan select(
            JobRequest job,
            Profile profile,
            Optional<ActivePolicy> active,
            CanaryInFlightLimit limit) {
        if (!job.line().model().equals(Model.AUTO)) {
            return namedSelector.select(job.line(), profile);
        }
        return active.map(
                        policy ->
                                policySelector.select(
                                        new ConditionMatcher(job, profile), policy, limit))
                .orElseGet(
                        () ->
                                new Plan.Rejected(
                                        ErrorCode.UNKNOWN_MODEL,
                                        "no policy selects a model for \"auto\"",
                                        "body.model"));
    }

    private static Plan.Rejected expired(Instant deadline, Instant now) {
        return new Plan.Rejected(
                ErrorCode.DEADLINE_EXCEEDED,
                "the deadline " + deadline + " had expired when the job was planned, at " + now,
                "millrace.deadline");
    }
}
