package dev.millrace.router.plan;

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
import dev.millrace.router.classify.Classifier;
import dev.millrace.router.classify.token.QuickTokenEstimate;
import dev.millrace.router.message.RoutingMessage;
import dev.millrace.router.message.RoutingMessage.AnsweredContent;
import dev.millrace.router.message.RoutingMessage.InvalidContent;
import dev.millrace.router.message.RoutingMessage.ParsedRequest;
import dev.millrace.router.message.RoutingMessage.PlannedJob;
import dev.millrace.router.message.RoutingMessage.Rejection;
import dev.millrace.router.message.RoutingMessage.ValidContent;
import dev.millrace.router.policy.PolicySnapshot;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Plans requests: makes a request a job with a model, or ends it without a call. Thread-safe. */
public record JobPlanner(Planner planner, InstantSource clock) {
    /** Assumed tokens of an answer whose limit is higher or unknown. */
    private static final long USUAL_OUTPUT_TOKENS = 500;

    /** Most answers of one call that providers allow. */
    private static final long MOST_CHOICES = 128;

    private static final Rejection CANCELLED =
            new Rejection(ErrorCode.CANCELLED, "the job was cancelled before it was routed", null);

    /** Creates a planner of named models, without state of a router or conditions on languages. */
    public static JobPlanner withoutState(
            ServiceableModels models, List<PlanAddition> additions, InstantSource clock) {
        return new JobPlanner(
                new Planner(models, _ -> Optional.empty(), Classifier.load(List.of()), additions),
                clock);
    }

    /** Plans a request without a limit on guarded arms. */
    public RoutingMessage plan(ParsedRequest request, PolicySnapshot policies) {
        return plan(request, policies, ArmLimit.UNLIMITED);
    }

    /**
     * Plans a request.
     *
     * @param armLimit says whether a guarded arm may get another job
     */
    public RoutingMessage plan(ParsedRequest request, PolicySnapshot policies, ArmLimit armLimit) {
        if (isCancelled(request, policies.control())) {
            return request.toRejected(CANCELLED);
        }
        return switch (request.content()) {
            case InvalidContent(var rejection) -> request.toRejected(rejection);
            case ValidContent(var line) -> {
                // Under a budget, the line of the job has limits of its cost that the request
                // lacks.
                JobRequest job = jobRequest(request, line, policies);
                yield switch (plan(job, policies, armLimit)) {
                    case Plan.Routed routed -> job(request, job.line(), routed);
                    case Plan.Rejected rejected -> request.toRejected(rejection(rejected));
                };
            }
            case AnsweredContent answered ->
                    switch (plan(
                            jobRequest(request, answered.request(), policies),
                            policies,
                            armLimit)) {
                        case Plan.Routed _ -> request.toAnswered(answered);
                        case Plan.Rejected rejected -> request.toRejected(rejection(rejected));
                    };
        };
    }

    private static Rejection rejection(Plan.Rejected rejected) {
        return new Rejection(rejected.error(), rejected.message(), rejected.param());
    }

    private Plan plan(JobRequest job, PolicySnapshot policies, ArmLimit armLimit) {
        return planner.plan(job, policies.defaultPolicy(), clock.instant(), armLimit);
    }

    private static boolean isCancelled(ParsedRequest request, ControlState control) {
        var identity = request.identity();
        return control.isCancelled(
                identity.tenant(), identity.batch(), identity.jobId(), request.submittedAt());
    }

    private JobRequest jobRequest(
            ParsedRequest request, RequestLine line, PolicySnapshot policies) {
        var identity = request.identity();
        Instant now = clock.instant();
        return new JobRequest(
                identity.jobId(),
                identity.tenant(),
                line,
                planner.boundsCost(identity, policies.control(), now),
                () -> planner.budgetLeft(identity.tenant(), policies.control(), now));
    }

    private PlannedJob job(ParsedRequest request, RequestLine line, Plan.Routed routed) {
        var identity = request.identity();
        var priority = line.options().priority();
        var headers =
                new JobHeaders(
                                new JobHeaders.Identity(
                                        identity.jobId(),
                                        identity.tenant(),
                                        identity.batch(),
                                        identity.line(),
                                        identity.apiKey(),
                                        null,
                                        null),
                                new JobHeaders.Submission(
                                        priority == null ? Priority.NORMAL : priority,
                                        line.options().deadline(),
                                        request.submittedAt()),
                                new JobHeaders.Route(
                                        routed.routedBy(),
                                        routed.chain().stream().map(Model::name).toList(),
                                        request.origin().partition()))
                        .withBuy(line.buy(routed.buy()))
                        .withOutputLimit(addedOutputLimit(line, routed.model()))
                        .withTokens(tokens(line, routed.model()))
                        .withAnswerWait(answerWait(request, line))
                        .withPassages(request.passages());
        if (routed.costLimit().isPresent()) {
            headers = headers.withCostLimit(routed.costLimit().get());
        }
        if (routed.split().isPresent()) {
            String split = routed.split().get();
            return new PlannedJob(identity, request.origin(), headers, request.bytes(), split);
        }
        return new PlannedJob(
                identity,
                request.origin(),
                planner.headers(headers, line, routed.model(), routed.cache()),
                request.bytes());
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
        Endpoint called = planner.called(line.endpoint(), model);
        OptionalLong limit = OutputLimit.ofOneAnswer(line, called, model);
        long output = Math.min(limit.orElse(USUAL_OUTPUT_TOKENS), USUAL_OUTPUT_TOKENS);
        return new TokenEstimate(
                QuickTokenEstimate.inputTokens(line),
                Math.min(line.choices(), MOST_CHOICES) * output);
    }

    private @Nullable Long addedOutputLimit(RequestLine line, Model model) {
        Endpoint called = planner.called(line.endpoint(), model);
        OptionalLong limit = OutputLimit.defaultFor(line, called, model);
        return limit.isPresent() ? limit.getAsLong() : null;
    }
}
