package dev.millrace.router.plan;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.catalog.OutputLimit;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.Fallback;
import dev.millrace.contracts.header.JobCostLimit;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.job.SplitOptions;
import dev.millrace.router.canary.inflight.CanaryInFlightLimit;
import dev.millrace.router.classify.Classifier;
import dev.millrace.router.document.CallRoom;
import dev.millrace.router.document.Document;
import dev.millrace.router.document.DocumentSplitter;
import dev.millrace.router.policy.ActivePolicy;
import dev.millrace.router.records.OutgoingRecords;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the model of a job: the model that the job names, or a model that the active policy
 * selects. Thread-safe if its classifier and availability are.
 */
public final class Planner {
    /** Upper bound of a part's key and headers, in bytes. */
    private static final int OTHER_BYTES = 2 * OutgoingRecords.MAX_USER_BYTES;

    private final ServiceableModels serviceable;
    private final ModelEligibility eligibility;
    private final NamedModelSelector namedSelector;
    private final PolicyModelSelector policySelector;

    /** Also selects models without topics, whose jobs wait. */
    private final PolicyModelSelector waitingSelector;

    private final ModelAvailability topics;
    private final JobCostLimits budgets;
    private final Classifier classifier;
    private final ToIntFunction<Model> maxRecordBytes;

    /** Creates a planner of models whose topics accept records of any size. */
    public Planner(ServiceableModels serviceable, ModelAvailability topics, Classifier classifier) {
        this(serviceable, topics, classifier, _ -> Integer.MAX_VALUE);
    }

    /**
     * @param maxRecordBytes looks up the size limit of a model's job topic
     */
    public Planner(
            ServiceableModels serviceable,
            ModelAvailability topics,
            Classifier classifier,
            ToIntFunction<Model> maxRecordBytes) {
        this.maxRecordBytes = maxRecordBytes;
        this.serviceable = serviceable;
        eligibility = new ModelEligibility(serviceable, topics);
        namedSelector = new NamedModelSelector(serviceable, eligibility);
        policySelector = new PolicyModelSelector(serviceable, eligibility);
        waitingSelector = new PolicyModelSelector(serviceable, eligibility.withoutTopics());
        this.topics = topics;
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
        var planning = new PlanningJob(job, it -> classifier.classify(it, now));
        Plan selected = select(planning, active, limit);
        Plan plan = withCostLimit(withParts(selected, planning), planning);
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
        return plan instanceof Plan.Routed(var chain, var routedBy, var cache, _, var split)
                        && job.line().isCostBounded()
                ? withCostLimit(
                        new Plan.Routed(
                                chain,
                                routedBy,
                                cache,
                                Optional.of(
                                        split.map(it -> budgets.ofSplit(job, chain, it))
                                                .orElseGet(() -> budgets.of(job, chain))),
                                split),
                        job.line().options().maxCostUsd())
                : plan;
    }

    /** Rejects a split job that may cost too much; the models were checked for one call only. */
    private static Plan withCostLimit(Plan.Routed routed, @Nullable BigDecimal ceiling) {
        BigDecimal highest = routed.costLimit().orElseThrow().attemptUsd().getFirst();
        return routed.split().isPresent() && ceiling != null && highest.compareTo(ceiling) > 0
                ? CostCeilingCheck.splitTooExpensive(
                        routed.split().get(), routed.model(), highest, ceiling)
                : routed;
    }

    /** Divides the document of a job that asks for it, if one call is not enough. */
    private Plan withParts(Plan plan, PlanningJob job) {
        return plan instanceof Plan.Routed routed
                ? job.document().map(it -> withParts(routed, it, job)).orElse(plan)
                : plan;
    }

    private Plan withParts(Plan.Routed routed, Document document, PlanningJob job) {
        SplitOptions options = Objects.requireNonNull(job.line().options().split());
        Model model = routed.model();
        long room = room(job, model);
        if (room < SplitOptions.MIN_SIZE
                || (room == Long.MAX_VALUE && options.size() == null)
                || job.line().body().length() <= DocumentSplitter.size(options, room)) {
            return routed;
        }
        long size = DocumentSplitter.size(options, room);
        List<Model> chain = routed.chain().stream().filter(it -> room(job, it) >= size).toList();
        return switch (DocumentSplitter.split(
                document, options, callRoom(job, document, chain, room), model)) {
            case DocumentSplitter.Decision.Whole _ -> routed;
            case DocumentSplitter.Decision.TooManyParts(int parts) -> tooManyParts(parts, options);
            case DocumentSplitter.Decision.PromptTooLong(long tokens) ->
                    promptTooLong(tokens, routed.model(), options);
            case DocumentSplitter.Decision.Split _ when job.line().choices() > 1 ->
                    severalChoices(job.line().choices());
            case DocumentSplitter.Decision.Split(var split) ->
                    new Plan.Routed(
                            chain,
                            routed.routedBy(),
                            routed.cache(),
                            Optional.empty(),
                            Optional.of(split));
        };
    }

    /**
     * Returns the limits of a call at any model of a chain.
     *
     * @param room of the chosen model
     */
    private CallRoom callRoom(PlanningJob job, Document document, List<Model> chain, long room) {
        Model first = chain.getFirst();
        long rest = (long) job.line().bytes().length - document.value().length() + OTHER_BYTES;
        return new CallRoom(
                chain.stream().mapToLong(it -> room(job, it)).min().orElse(room),
                ContextWindowCheck.answerTokens(job, called(job.line().endpoint(), first), first),
                maxRecordBytes.applyAsInt(first) - rest);
    }

    private long room(PlanningJob job, Model model) {
        return ContextWindowCheck.room(job, called(job.line().endpoint(), model), model);
    }

    private static Plan.Rejected tooManyParts(int parts, SplitOptions options) {
        return new Plan.Rejected(
                ErrorCode.VALIDATION_ERROR,
                String.format(
                        Locale.ROOT,
                        "the document would have %,d parts, at most %,d; %s",
                        parts,
                        DocumentSplitter.MAX_PARTS,
                        options.size() == null
                                ? "choose a model with a larger context window"
                                : "raise millrace.split.size"),
                "millrace.split.size");
    }

    private static Plan.Rejected severalChoices(long choices) {
        return new Plan.Rejected(
                ErrorCode.VALIDATION_ERROR,
                String.format(
                        Locale.ROOT,
                        "the document is split, and its parts must have one answer each to be"
                                + " joined; the request asks for %,d",
                        choices),
                "body.n");
    }

    private static Plan.Rejected promptTooLong(long tokens, Model model, SplitOptions options) {
        return new Plan.Rejected(
                ErrorCode.CONTEXT_LENGTH_EXCEEDED,
                String.format(
                        Locale.ROOT,
                        "the prompt that joins the answers has about %,d tokens, which leaves no"
                                + " space for answers in the context window of %s",
                        tokens,
                        model.name()),
                options.joinPrompt() == null ? "body" : "millrace.split.reduce");
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
     * @param calls number of calls in its highest cost: 1, or the calls of a split document
     * @param maxCostUsd supplies the {@code max_cost_usd} of its request; null for none
     */
    public JobHeaders atCurrentPrices(
            JobHeaders job, int calls, Supplier<? extends @Nullable BigDecimal> maxCostUsd) {
        JobCostLimit planned = job.costLimit();
        List<Model> chain =
                job.chain().stream()
                        .flatMap(it -> serviceable.catalog().find(it).stream())
                        .toList();
        return planned == null
                ? job
                : job.withCostLimit(budgets.atCurrentPrices(planned, chain, calls, maxCostUsd));
    }

    /**
     * Returns the highest cost of all calls for a split document at each model of its chain; empty
     * if the cost of a call has no bound.
     *
     * @param routed the plan of the job, with a split
     */
    public Optional<List<BigDecimal>> highestCosts(
            JobRequest job, Plan.Routed routed, Instant now) {
        var planning = new PlanningJob(job, it -> classifier.classify(it, now));
        return budgets.highestOfSplit(planning, routed.chain(), routed.split().orElseThrow());
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
        return active.map(policy -> select(job, policy, limit))
                .orElseGet(
                        () ->
                                new Plan.Rejected(
                                        ErrorCode.UNKNOWN_MODEL,
                                        "no policy selects a model for \"auto\"",
                                        "body.model"));
    }

    /**
     * Prefers models with topics; a job for which there is none waits for the topics of another.
     */
    private Plan select(PlanningJob job, ActivePolicy policy, CanaryInFlightLimit limit) {
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
