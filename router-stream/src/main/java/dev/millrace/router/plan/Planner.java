package dev.millrace.router.plan;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.JobCostLimit;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.router.canary.inflight.CanaryInFlightLimit;
import dev.millrace.router.classify.Classifier;
import dev.millrace.router.policy.ActivePolicy;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the model of a job: the model that the job names, or one that the active policy selects.
 * Thread-safe if its classifier and availability are.
 */
public final class Planner {
    private final ServiceableModels serviceable;
    private final ModelEligibility eligibility;
    private final NamedModelSelector namedSelector;
    private final PolicyModelSelector policySelector;
    private final JobCostLimits budgets;
    private final Classifier classifier;

    public Planner(ServiceableModels serviceable, ModelAvailability topics, Classifier classifier) {
        this.serviceable = serviceable;
        eligibility = new ModelEligibility(serviceable, topics);
        namedSelector = new NamedModelSelector(serviceable, eligibility);
        policySelector = new PolicyModelSelector(serviceable, eligibility);
        budgets = new JobCostLimits(serviceable);
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
        var planning = new PlanningJob(job, classifier.classify(line, now));
        Plan plan = withCostLimit(select(planning, active, limit), planning);
        Instant deadline = line.options().deadline();
        if (deadline == null || now.isBefore(deadline)) {
            return plan;
        }
        Plan.Rejected expired = expired(deadline, now);
        return plan instanceof Plan.Rejected other
                ? Plan.Rejected.all(List.of(expired, other))
                : expired;
    }

    private Plan withCostLimit(Plan plan, PlanningJob job) {
        return plan instanceof Plan.Routed(var chain, var routedBy, var cache, _)
                        && job.line().isCostBounded()
                ? new Plan.Routed(chain, routedBy, cache, Optional.of(budgets.of(job, chain)))
                : plan;
    }

    /**
     * Returns the endpoint of a model that is called for jobs of an endpoint: the jobs' own, or the
     * one that they are translated for.
     */
    public Endpoint called(Endpoint job, Model model) {
        return serviceable.called(job, model);
    }

    /**
     * Returns why a planned job cannot be called any more: its model is out of service, or a model
     * of its chain is no longer in the catalog. Empty if it can be called.
     */
    public Optional<Plan.Rejected> refusal(List<String> chain) {
        for (String name : chain) {
            if (serviceable.catalog().find(name).isEmpty()) {
                return Optional.of(
                        new Plan.Rejected(
                                ErrorCode.UNKNOWN_MODEL,
                                "the model " + name + " is no longer in the catalog",
                                "body.model"));
            }
        }
        return serviceable.catalog().find(chain.getFirst()).flatMap(eligibility::serviceRejection);
    }

    /**
     * Returns the headers of a planned job under a budget, with its highest cost at the current
     * prices.
     *
     * @param maxCostUsd supplies the {@code max_cost_usd} of its request; null for none
     */
    public JobHeaders atCurrentPrices(
            JobHeaders job, Supplier<? extends @Nullable BigDecimal> maxCostUsd) {
        JobCostLimit planned = job.costLimit();
        List<Model> chain =
                job.chain().stream()
                        .flatMap(it -> serviceable.catalog().find(it).stream())
                        .toList();
        return planned == null
                ? job
                : job.withCostLimit(budgets.atCurrentPrices(planned, chain, maxCostUsd));
    }

    /**
     * Returns why a planned job under a budget has become too expensive for its {@code
     * max_cost_usd}; empty if it has not.
     *
     * @param job with its highest cost {@linkplain #atCurrentPrices at the current prices}
     */
    public static Optional<Plan.Rejected> ceilingRejection(JobHeaders job) {
        return CostCeilingCheck.checkAgain(job);
    }

    private Plan select(PlanningJob job, Optional<ActivePolicy> active, CanaryInFlightLimit limit) {
        if (!job.line().model().equals(Model.AUTO)) {
            return namedSelector.select(job);
        }
        return active.map(policy -> policySelector.select(new ConditionMatcher(job), policy, limit))
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
