package dev.millrace.router.documents;

import dev.millrace.configuration.RouterConfig;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.JobCostLimit;
import dev.millrace.contracts.header.JobCostLimit.AttemptTokens;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.SplitOptions;
import dev.millrace.contracts.money.Usd;
import dev.millrace.contracts.policy.RuleCache;
import dev.millrace.router.classify.LazyValue;
import dev.millrace.router.classify.Profile;
import dev.millrace.router.message.RoutingMessage.PlannedJob;
import dev.millrace.router.plan.ContextWindowCheck;
import dev.millrace.router.plan.JobCostLimits;
import dev.millrace.router.plan.Plan;
import dev.millrace.router.plan.PlanAddition;
import dev.millrace.router.plan.PlanningJob;
import dev.millrace.router.plan.ServiceableModels;
import dev.millrace.router.plan.WorstCaseCost;
import dev.millrace.router.records.OutgoingRecords;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.ToIntFunction;

/**
 * Divides the documents of jobs that ask for it, while they are planned. Thread-safe.
 *
 * @param maxRecordBytes looks up the size limit of a model's job topic
 * @param cache settings of the answer cache for parts, unless a rule decides
 */
public record DocumentPlanning(
        ServiceableModels serviceable,
        ToIntFunction<Model> maxRecordBytes,
        RouterConfig.Cache cache)
        implements PlanAddition {
    /** Upper bound of a part's key and headers, in bytes. */
    private static final int OTHER_BYTES = 2 * OutgoingRecords.MAX_USER_BYTES;

    /** More than any call has, so that sums do not overflow. */
    private static final long MAX_TOKENS = 1L << 40;

    /** Creates the planning of a forecast, whose calls have any size. */
    public static DocumentPlanning ofForecast(ServiceableModels serviceable) {
        return new DocumentPlanning(
                serviceable, _ -> Integer.MAX_VALUE, RouterConfig.Cache.DEFAULT);
    }

    /**
     * The document of a job.
     *
     * @param document empty if the job does not ask for a split, or has no document
     * @param prompt the profile of the request without its document, which must exist
     */
    private record Found(Optional<Document> document, LazyValue<Profile> prompt) {
        static Found of(PlanningJob job) {
            return job.once(
                    Found.class,
                    () -> {
                        Optional<Document> document =
                                job.line().options().split() == null
                                        ? Optional.empty()
                                        : Document.of(job.line());
                        return new Found(
                                document,
                                new LazyValue<>(
                                        () ->
                                                job.classify(
                                                        document.orElseThrow().withoutDocument())));
                    });
        }
    }

    @Override
    public boolean fits(PlanningJob job, Model model) {
        return Found.of(job).document().isPresent() && room(job, model) >= SplitOptions.MIN_SIZE;
    }

    /** Divides the document if one call is not enough. */
    @Override
    public Plan complete(Plan.Routed routed, PlanningJob job) {
        return Found.of(job).document().map(it -> divide(routed, it, job)).orElse(routed);
    }

    private Plan divide(Plan.Routed routed, Document document, PlanningJob job) {
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
            case DocumentSplitter.Decision.Split(var split) -> split(routed, chain, split, job);
        };
    }

    private Plan split(Plan.Routed routed, List<Model> chain, SplitPlan split, PlanningJob job) {
        Optional<JobCostLimit> limit =
                job.line().isCostBounded()
                        ? Optional.of(costLimit(job, chain, split))
                        : Optional.empty();
        BigDecimal ceiling = job.line().options().maxCostUsd();
        // The models were checked for one call only.
        if (limit.isPresent() && ceiling != null) {
            BigDecimal highest = limit.get().attemptUsd().getFirst();
            if (highest.compareTo(ceiling) > 0) {
                return tooExpensive(split, chain.getFirst(), highest, ceiling);
            }
        }
        return new Plan.Routed(
                chain,
                routed.routedBy(),
                routed.cache(),
                routed.buy(),
                limit,
                Optional.of(split.with(cache(routed)).text()));
    }

    private RuleCache cache(Plan.Routed routed) {
        return new RuleCache(
                routed.cache().flatMap(RuleCache::mode).or(() -> Optional.of(cache.mode())),
                routed.cache()
                        .flatMap(RuleCache::shared)
                        .or(() -> Optional.of(cache.sharedBetweenTenants())));
    }

    @Override
    public int calls(PlannedJob job) {
        return job.split() == null ? 1 : SplitPlan.parse(job.split()).calls();
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
                ContextWindowCheck.answerTokens(job, called(job, first), first),
                maxRecordBytes.applyAsInt(first) - rest);
    }

    /** Returns how many tokens of the job's document fit into one call of a model. */
    private long room(PlanningJob job, Model model) {
        return DocumentSplitter.room(
                model,
                ContextWindowCheck.answerTokens(job, called(job, model), model),
                Found.of(job).prompt().get().inputTokens(model).estimate());
    }

    private Endpoint called(PlanningJob job, Model model) {
        return serviceable.called(job.line().endpoint(), model);
    }

    /**
     * Returns the highest cost of all calls for a split document at each model of its chain; empty
     * if the cost of a call has no bound.
     */
    public Optional<List<BigDecimal>> highestCosts(
            PlanningJob job, List<Model> chain, SplitPlan split) {
        return chain.stream().allMatch(it -> worstCase(job, it).usd().isPresent())
                ? Optional.of(costLimit(job, chain, split).attemptUsd())
                : Optional.empty();
    }

    private JobCostLimit costLimit(PlanningJob job, List<Model> chain, SplitPlan split) {
        Document document = Found.of(job).document().orElseThrow();
        long more = DocumentSplitter.longestBytes(document, split) - document.value().length();
        return JobCostLimits.ofCalls(
                job,
                chain,
                chain.stream().map(it -> tokens(job, it, more, split.calls())).toList(),
                split.calls());
    }

    /**
     * Returns the most tokens of all calls together.
     *
     * @param more bytes by which the longest body exceeds the whole job's body; negative for a
     *     shorter one
     */
    private AttemptTokens tokens(PlanningJob job, Model model, long more, int calls) {
        long body = job.profile().maxInputTokens(model).orElse(MAX_TOKENS) + more;
        long input = Math.min(Math.max(0, body), model.contextWindow().orElse(MAX_TOKENS));
        WorstCaseCost worst = worstCase(job, model);
        return new AttemptTokens(
                Math.min(input, MAX_TOKENS) * calls,
                Math.min(worst.output().orElseThrow(), MAX_TOKENS) * calls,
                worst.tier(),
                worst.toolsUsd());
    }

    private WorstCaseCost worstCase(PlanningJob job, Model model) {
        return job.worstCase(model, called(job, model));
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
     * @param highest highest cost of all calls
     */
    private static Plan.Rejected tooExpensive(
            SplitPlan split, Model model, BigDecimal highest, BigDecimal ceiling) {
        return new Plan.Rejected(
                ErrorCode.BUDGET_EXCEEDED,
                "the "
                        + split.parts().size()
                        + " parts of the document and "
                        + split.joins()
                        + " calls that join the answers may cost up to "
                        + Usd.text(highest)
                        + " USD at "
                        + model.name()
                        + ", above max_cost_usd = "
                        + Usd.text(ceiling),
                "millrace.max_cost_usd");
    }
}
