package dev.millrace.router.step;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.catalog.OutputLimit;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.AnswerWait;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.TokenEstimate;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.OnUnavailable;
import dev.millrace.contracts.job.Priority;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.router.cache.key.CacheKeys;
import dev.millrace.router.canary.inflight.CanaryInFlightLimit;
import dev.millrace.router.canary.inflight.CanaryInFlightStore;
import dev.millrace.router.classify.token.QuickTokenEstimate;
import dev.millrace.router.document.SplitPlan;
import dev.millrace.router.message.RoutingMessage;
import dev.millrace.router.message.RoutingMessage.AnsweredContent;
import dev.millrace.router.message.RoutingMessage.InvalidContent;
import dev.millrace.router.message.RoutingMessage.ParsedRequest;
import dev.millrace.router.message.RoutingMessage.PlannedJob;
import dev.millrace.router.message.RoutingMessage.Rejection;
import dev.millrace.router.message.RoutingMessage.ValidContent;
import dev.millrace.router.plan.JobRequest;
import dev.millrace.router.plan.Plan;
import dev.millrace.router.policy.PolicySnapshot;
import java.util.Objects;
import java.util.OptionalLong;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** Third step: chooses the model of a job, or ends it without a call. */
final class PlanStep implements Processor<byte[], ParsedRequest, byte[], RoutingMessage> {
    /** Assumed tokens of an answer whose limit is higher or unknown. */
    private static final long USUAL_OUTPUT_TOKENS = 500;

    /** Most answers of one call that providers allow. */
    private static final long MOST_CHOICES = 128;

    private static final Rejection CANCELLED =
            new Rejection(ErrorCode.CANCELLED, "the job was cancelled before it was routed", null);

    private final RouterContext router;
    private final StepContext<RoutingMessage> step = new StepContext<>();
    private CanaryInFlightLimit inFlightLimit = CanaryInFlightLimit.UNLIMITED;

    PlanStep(RouterContext router) {
        this.router = router;
    }

    @Override
    public void init(ProcessorContext<byte[], RoutingMessage> context) {
        step.init(context);
        inFlightLimit =
                new CanaryInFlightStore(
                                context.getStateStore(StepNames.EXPOSURES),
                                router.canaries(),
                                router.lostBefore())
                        ::hasCapacity;
    }

    @Override
    public void process(Record<byte[], ParsedRequest> entry) {
        ParsedRequest request = entry.value();
        RoutingMessage next =
                router.errors()
                        .decide(
                                StepNames.PLAN,
                                request.origin(),
                                () -> plan(request, router.policies().get()),
                                message -> request.toRejected(Rejection.internal(message)));
        step.forwardTo(stepAfter(next), entry.withValue(next));
    }

    private static String stepAfter(RoutingMessage next) {
        if (!(next instanceof PlannedJob job)) {
            return StepNames.REFUSE;
        }
        return job.headers().costLimit() == null ? StepNames.afterBudget(job) : StepNames.BUDGET;
    }

    private RoutingMessage plan(ParsedRequest request, PolicySnapshot policies) {
        if (isCancelled(request, policies.control())) {
            return request.toRejected(CANCELLED);
        }
        return switch (request.content()) {
            case InvalidContent(var rejection) -> request.toRejected(rejection);
            case ValidContent(var line) -> {
                // Under a budget, the line of the job has limits of its cost that the request
                // lacks.
                JobRequest job = jobRequest(request, line, policies);
                yield switch (plan(job, policies)) {
                    case Plan.Routed routed -> job(request, job.line(), routed);
                    case Plan.Rejected rejected -> request.toRejected(rejection(rejected));
                };
            }
            case AnsweredContent answered ->
                    switch (plan(jobRequest(request, answered.request(), policies), policies)) {
                        case Plan.Routed _ -> request.toAnswered(answered);
                        case Plan.Rejected rejected -> request.toRejected(rejection(rejected));
                    };
        };
    }

    private static Rejection rejection(Plan.Rejected rejected) {
        return new Rejection(rejected.error(), rejected.message(), rejected.param());
    }

    private Plan plan(JobRequest job, PolicySnapshot policies) {
        return router.planner()
                .plan(job, policies.defaultPolicy(), router.clock().instant(), inFlightLimit);
    }

    private static boolean isCancelled(ParsedRequest request, ControlState control) {
        var identity = request.identity();
        return control.isCancelled(
                identity.tenant(), identity.batch(), identity.jobId(), request.submittedAt());
    }

    private JobRequest jobRequest(
            ParsedRequest request, RequestLine line, PolicySnapshot policies) {
        var identity = request.identity();
        boolean isUnderBudget =
                !policies.budgets()
                        .of(
                                identity.tenant(),
                                identity.batch(),
                                identity.apiKey(),
                                identity.batchLimitUsd(),
                                router.clock().instant())
                        .isEmpty();
        return new JobRequest(
                identity.jobId(),
                identity.tenant(),
                line,
                isUnderBudget,
                () -> policies.budgetLeft(identity.tenant(), router.clock().instant()));
    }

    private PlannedJob job(ParsedRequest request, RequestLine line, Plan.Routed routed) {
        var identity = request.identity();
        var priority = line.options().priority();
        Long addedLimit = addedOutputLimit(line, routed.model());
        var headers =
                new JobHeaders(
                                new JobHeaders.Identity(
                                        identity.jobId(),
                                        identity.tenant(),
                                        identity.batch(),
                                        identity.line()),
                                new JobHeaders.Submission(
                                        priority == null ? Priority.NORMAL : priority,
                                        line.options().deadline(),
                                        request.submittedAt()),
                                new JobHeaders.Route(
                                        routed.routedBy(),
                                        routed.chain().stream().map(Model::name).toList(),
                                        request.origin().partition()))
                        .withOutputLimit(addedLimit)
                        .withTokens(tokens(line, routed.model()))
                        .withAnswerWait(answerWait(request, line))
                        .withPassages(request.passages());
        if (routed.costLimit().isPresent()) {
            headers = headers.withCostLimit(routed.costLimit().get().ofKey(identity.apiKey()));
        }
        CacheKeys defaults = router.cache().keys();
        CacheKeys keys = routed.cache().map(defaults::of).orElse(defaults);
        if (routed.split().isPresent()) {
            SplitPlan split = routed.split().get().with(keys);
            return new PlannedJob(identity, request.origin(), headers, request.bytes(), split);
        }
        var cacheKey = keys.keyOf(identity.tenant(), line, routed.model(), addedLimit);
        if (cacheKey.isPresent()) {
            headers = headers.withCacheKey(cacheKey.get());
            var namespace = keys.namespaceOf(identity.tenant(), line, routed.model(), addedLimit);
            if (namespace.isPresent()) {
                headers = headers.withCacheNamespace(namespace.get());
            }
        } else if (keys.isWanted(line)) {
            router.cache().metrics().onBypass();
        }
        return new PlannedJob(identity, request.origin(), headers, request.bytes());
    }

    private static AnswerWait answerWait(ParsedRequest request, RequestLine line) {
        return new AnswerWait(
                request.chunks(),
                Objects.requireNonNullElse(line.options().onUnavailable(), OnUnavailable.WAIT));
    }

    /**
     * Estimates the tokens of a call without reading the body. The worker corrects its estimates by
     * the tokens that answers report.
     */
    private TokenEstimate tokens(RequestLine line, Model model) {
        Endpoint called = router.planner().called(line.endpoint(), model);
        OptionalLong limit = OutputLimit.ofOneAnswer(line, called, model);
        long output = Math.min(limit.orElse(USUAL_OUTPUT_TOKENS), USUAL_OUTPUT_TOKENS);
        return new TokenEstimate(
                QuickTokenEstimate.inputTokens(line),
                Math.min(line.choices(), MOST_CHOICES) * output);
    }

    private @Nullable Long addedOutputLimit(RequestLine line, Model model) {
        Endpoint called = router.planner().called(line.endpoint(), model);
        OptionalLong limit = OutputLimit.defaultFor(line, called, model);
        return limit.isPresent() ? limit.getAsLong() : null;
    }
}
