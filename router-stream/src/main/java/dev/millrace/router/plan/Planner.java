package dev.millrace.router.plan;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.catalog.OutputLimit;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.Fallback;
import dev.millrace.contracts.header.JobCostLimit;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.policy.RuleCache;
import dev.millrace.router.classify.Classifier;
import dev.millrace.router.message.RoutingMessage.JobIdentity;
import dev.millrace.router.message.RoutingMessage.PlannedJob;
import dev.millrace.router.policy.ActivePolicy;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the model of a job: the model that the job names, or a model that the active policy
 * selects. Thread-safe if its classifier and availability are.
 */
public final class Planner {
    private final ServiceableModels serviceable;
    private final ModelEligibility eligibility;
    private final NamedModelSelector namedSelector;
    private final PolicyModelSelector policySelector;

    /** Also selects models without topics, whose jobs wait. */
    private final PolicyModelSelector waitingSelector;

    private final ModelAvailability topics;
    private final JobCostLimits budgets;
    private final Classifier classifier;
    private final List<PlanAddition> additions;

    /** Creates a planner without features. */
    public Planner(ServiceableModels serviceable, ModelAvailability topics, Classifier classifier) {
        this(serviceable, topics, classifier, List.of());
    }

    /**
     * @param additions of the features, in the order of a job's way
     */
    public Planner(
            ServiceableModels serviceable,
            ModelAvailability topics,
            Classifier classifier,
            List<PlanAddition> additions) {
        this.additions = List.copyOf(additions);
        this.serviceable = serviceable;
        eligibility = new ModelEligibility(serviceable, topics);
        namedSelector = new NamedModelSelector(serviceable, eligibility);
        policySelector = new PolicyModelSelector(serviceable, eligibility);
        waitingSelector = new PolicyModelSelector(serviceable, eligibility.withoutTopics());
        this.topics = topics;
        budgets = new JobCostLimits(serviceable);
        this.classifier = classifier;
    }

    /** Plans the job without a limit on guarded arms. */
    public Plan plan(JobRequest job, Optional<ActivePolicy> active, Instant now) {
        return plan(job, active, now, ArmLimit.UNLIMITED);
    }

    /**
     * Plans the job.
     *
     * @param active the current policy for jobs with the model {@code auto}; empty without one
     */
    public Plan plan(JobRequest job, Optional<ActivePolicy> active, Instant now, ArmLimit limit) {
        RequestLine line = job.line();
        var planning = new PlanningJob(job, now, it -> classifier.classify(it, now), additions);
        Plan plan = withCostLimit(complete(select(planning, active, limit), planning), planning);
        Instant deadline = line.options().deadline();
        if (deadline == null || now.isBefore(deadline)) {
            return plan;
        }
        Plan.Rejected expired = expired(deadline, now);
        return plan instanceof Plan.Rejected other
                ? Plan.Rejected.all(List.of(expired, other))
                : expired;
    }

    private Plan complete(Plan selected, PlanningJob job) {
        Plan plan = selected;
        for (PlanAddition addition : additions) {
            plan = plan instanceof Plan.Routed routed ? addition.complete(routed, job) : plan;
        }
        return plan;
    }

    private Plan withCostLimit(Plan plan, PlanningJob job) {
        return plan instanceof Plan.Routed routed
                        && routed.costLimit().isEmpty()
                        && job.line().isCostBounded()
                ? routed.with(budgets.of(job, routed.chain()))
                : plan;
    }

    /**
     * Returns the headers of a job, or of a part, with what features {@linkplain PlanAddition add}.
     */
    public JobHeaders headers(
            JobHeaders job, RequestLine line, Model model, Optional<RuleCache> rule) {
        JobHeaders headers = job;
        for (PlanAddition addition : additions) {
            headers = addition.headers(headers, line, model, rule);
        }
        return headers;
    }

    /** Returns true if the job's cost must have a bound, although its request names none. */
    boolean boundsCost(JobIdentity job, ControlState control, Instant now) {
        return additions.stream().anyMatch(it -> it.boundsCost(job, control, now));
    }

    /** Returns the money of a tenant that conditions of rules compare; null for no limit. */
    @Nullable BigDecimal budgetLeft(String tenant, ControlState control, Instant now) {
        return additions.stream()
                .flatMap(it -> Stream.ofNullable(it.budgetLeft(tenant, control, now)))
                .findFirst()
                .orElse(null);
    }

    /** Returns the number of calls in the highest cost of a planned job. */
    public int calls(PlannedJob job) {
        return additions.stream().mapToInt(it -> it.calls(job)).reduce(1, Math::max);
    }

    /**
     * Returns the endpoint of a model that is called for jobs of an endpoint: the jobs' endpoint
     * itself, or the endpoint that they are translated for.
     */
    public Endpoint called(Endpoint job, Model model) {
        return serviceable.called(job, model);
    }

    /** Returns a model of the catalog; empty if no model has this name. */
    public Optional<Model> model(String name) {
        return serviceable.catalog().find(name);
    }

    /**
     * Returns why jobs cannot be written for a model at the moment, such as missing topics; empty
     * if they can, or if no model has this name.
     */
    public Optional<String> missingTopic(String model) {
        return model(model).flatMap(topics::unavailableReason);
    }

    /**
     * Returns the headers of a waiting job at the first model, from its own on, that is in service,
     * as a new job would be planned. Returns the same headers if there is none.
     *
     * @param line supplies the request of the job
     */
    public JobHeaders inService(JobHeaders job, Supplier<RequestLine> line) {
        var fallbacks = new ArrayList<>(job.fallbacks());
        for (int i = job.position(); i < job.chain().size(); i++) {
            String name = job.chain().get(i);
            Optional<Model> model = model(name).filter(serviceable.names()::isInService);
            if (model.isPresent()) {
                return i == job.position()
                        ? job
                        : job.atModel(
                                i,
                                job.attempts(),
                                job.inheritedUsd(),
                                fallbacks,
                                outputLimit(job, line.get(), model.get()));
            }
            fallbacks.add(new Fallback(name, ErrorCode.UNKNOWN_MODEL.code()));
        }
        return job;
    }

    /**
     * Returns the headers of a job that was planned without a budget, with the highest cost of an
     * attempt at each model of its chain. If nothing bounds it, they say why no money is reserved.
     */
    public JobHeaders underBudget(JobHeaders job, RequestLine line, Instant now) {
        JobCostLimit limit = Objects.requireNonNull(job.costLimit());
        // Earlier models are not called again, and can be gone.
        List<Model> chain =
                IntStream.range(0, job.chain().size())
                        .mapToObj(it -> job.chain().get(Math.max(it, job.position())))
                        .flatMap(it -> model(it).stream())
                        .toList();
        var planning =
                new PlanningJob(
                        new JobRequest(job.jobId(), job.tenant(), line, true, () -> null),
                        now,
                        it -> classifier.classify(it, now));
        Optional<String> refusal =
                chain.size() < job.chain().size()
                        ? Optional.of("a model of its chain is no longer in the catalog")
                        : unbounded(planning, chain);
        if (refusal.isPresent()) {
            return job.withCostLimit(limit.refuse(refusal.get()));
        }
        JobHeaders bounded = job.withCostLimit(limit.planned(budgets.of(planning, chain)));
        return bounded.withOutputLimit(outputLimit(bounded, line, chain.get(job.position())));
    }

    private Optional<String> unbounded(PlanningJob job, List<Model> chain) {
        return chain.stream()
                .map(it -> CostCeilingCheck.check(job, called(job.line().endpoint(), it), it))
                .flatMap(it -> it.map(Plan.Rejected::message).stream())
                .findFirst();
    }

    private @Nullable Long outputLimit(JobHeaders job, RequestLine line, Model model) {
        RequestLine bounded = job.costLimit() == null ? line : line.withBoundedCost();
        OptionalLong limit = OutputLimit.defaultFor(bounded, called(line.endpoint(), model), model);
        return limit.isPresent() ? limit.getAsLong() : null;
    }

    /**
     * Returns why a planned job cannot be called any more: the provider of its model is not
     * configured, or is off, or a model that it may call is no longer in the catalog. Empty if it
     * can be called.
     */
    public Optional<Plan.Rejected> refusal(JobHeaders job) {
        for (String name : job.chain().subList(job.position(), job.chain().size())) {
            if (serviceable.catalog().find(name).isEmpty()) {
                return Optional.of(
                        new Plan.Rejected(
                                ErrorCode.UNKNOWN_MODEL,
                                "the model " + name + " is no longer in the catalog",
                                "body.model"));
            }
        }
        return model(job.model()).flatMap(eligibility::serviceRejection);
    }

    /**
     * Returns the headers of a planned job under a budget, with its highest cost at the current
     * prices.
     *
     * @param calls number of {@linkplain #calls calls} in its highest cost
     * @param maxCostUsd supplies the {@code max_cost_usd} of its request; null for none
     */
    public JobHeaders atCurrentPrices(
            JobHeaders job,
            int calls,
            Supplier<? extends @Nullable BigDecimal> maxCostUsd,
            Instant now) {
        JobCostLimit planned = job.costLimit();
        List<Price> chain =
                job.chain().stream()
                        .flatMap(it -> serviceable.catalog().find(it).stream())
                        .map(it -> it.price().within(now, job.deadline()))
                        .toList();
        return planned == null
                ? job
                : job.withCostLimit(budgets.atCurrentPrices(planned, chain, calls, maxCostUsd));
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

    private Plan select(PlanningJob job, Optional<ActivePolicy> active, ArmLimit limit) {
        if (!job.line().model().equals(Model.AUTO)) {
            return namedSelector.select(job);
        }
        return active.map(policy -> refused(policy).orElseGet(() -> select(job, policy, limit)))
                .orElseGet(
                        () ->
                                new Plan.Rejected(
                                        ErrorCode.UNKNOWN_MODEL,
                                        "no policy selects a model for \"auto\"",
                                        "body.model"));
    }

    private Optional<Plan> refused(ActivePolicy policy) {
        return classifier
                .refusal(policy.policy())
                .map(
                        it ->
                                new Plan.Rejected(
                                        ErrorCode.UNKNOWN_MODEL,
                                        "the policy "
                                                + policy.name()
                                                + "@"
                                                + policy.version()
                                                + " selects no model: "
                                                + it,
                                        "body.model"));
    }

    /**
     * Prefers models with topics; a job for which there is none waits for the topics of another.
     */
    private Plan select(PlanningJob job, ActivePolicy policy, ArmLimit limit) {
        var matcher = new ConditionMatcher(job);
        Plan plan = policySelector.select(matcher, policy, limit);
        if (plan instanceof Plan.Routed) {
            return plan;
        }
        Plan waiting = waitingSelector.select(matcher, policy, limit);
        return waiting instanceof Plan.Routed ? waiting : plan;
    }

    private static Plan.Rejected expired(Instant deadline, Instant now) {
        return new Plan.Rejected(
                ErrorCode.DEADLINE_EXCEEDED,
                "the deadline " + deadline + " had expired when the job was planned, at " + now,
                "millrace.deadline");
    }
}
