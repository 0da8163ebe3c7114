package dev.millrace.standalone.forecast;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.contracts.catalog.Limits;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.catalog.OutputLimit;
import dev.millrace.contracts.header.SubmissionHeaders;
import dev.millrace.contracts.job.Buy;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.PricedFields;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.contracts.waiting.LatestStart;
import dev.millrace.router.RouterTopology;
import dev.millrace.router.classify.Classifier;
import dev.millrace.router.classify.Profile;
import dev.millrace.router.plan.JobRequest;
import dev.millrace.router.plan.Plan;
import dev.millrace.router.plan.Planner;
import dev.millrace.router.plan.ServiceableModels;
import dev.millrace.router.plan.WorstCaseCost;
import dev.millrace.router.policy.ActivePolicy;
import dev.millrace.standalone.feature.Features;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Forecasts the router's decision about a valid line, by the router's own rules. Thread-safe. */
public final class LineForecaster {
    private final Classifier classifier;
    private final Planner planner;
    private final List<SplitForecasts> splits;
    private final Optional<ActivePolicy> policy;
    private final Instant now;

    /**
     * @param policy policy for jobs that name {@code auto}
     * @param now time at which deadlines are checked
     */
    LineForecaster(
            MillraceConfig config,
            Classifier classifier,
            Optional<ActivePolicy> policy,
            Instant now) {
        this.classifier = classifier;
        var models = ServiceableModels.of(config, Features.TRANSLATIONS);
        splits = List.of(new SplitForecaster(models, classifier, now));
        planner =
                new Planner(
                        models,
                        _ -> Optional.empty(),
                        classifier,
                        splits.stream().map(SplitForecasts::planning).toList());
        this.policy = policy;
        this.now = now;
    }

    /**
     * Returns the forecast of a run that has not planned any line, with the configured policy.
     *
     * @param defaults options of jobs whose line does not set them
     */
    public static RunForecast ofRun(
            MillraceConfig config, SubmissionHeaders.Defaults defaults, Instant now) {
        var lines =
                new LineForecaster(
                        config, RouterTopology.classifier(), ActivePolicy.configured(config), now);
        return new RunForecast(
                (jobId, tenant, request) ->
                        lines.guess(
                                new JobRequest(
                                        jobId,
                                        tenant,
                                        request.withDefaults(defaults.buy(), defaults.deadline()))),
                model -> config.catalog().find(model).map(Model::limits).orElse(Limits.NONE));
    }

    /**
     * Returns the expected cost of a job without counting its tokens, which takes microseconds;
     * empty if the router would refuse the job.
     */
    Optional<JobGuess> guess(JobRequest job) {
        return switch (planner.plan(job, policy, now)) {
            case Plan.Rejected _ -> Optional.empty();
            case Plan.Routed routed -> {
                Profile profile = classifier.classify(job.line(), now);
                yield Optional.of(
                        routed.split().isPresent()
                                ? ofSplit(job, routed, profile).guess()
                                : guess(routed, job.line(), profile, profile.quickInputTokens()));
            }
        };
    }

    private JobGuess guess(
            Plan.Routed routed, RequestLine line, Profile profile, long inputTokens) {
        Model model = routed.model();
        Endpoint called = planner.called(line.endpoint(), model);
        long outputTokens = profile.outputTokens(model, called).estimate();
        var usage = TokenUsage.of(inputTokens, outputTokens);
        Instant start = start(routed, line, usage);
        Price rates = rates(model, line, start);
        BigDecimal inputUsd = rates.costOf(TokenUsage.of(inputTokens, 0));
        return guess(
                model,
                line,
                profile,
                inputTokens,
                outputTokens,
                inputUsd,
                rates.costOf(usage),
                start.equals(now)
                        ? null
                        : new JobGuess.Later(start, rates(model, line, now).costOf(usage)));
    }

    /** Returns when a job would be called: now, or as soon as it costs less and is on time. */
    private Instant start(Plan.Routed routed, RequestLine line, TokenUsage usage) {
        return line.buy(routed.buy()) == Buy.STANDARD
                ? now
                : routed.model()
                        .price()
                        .cheapestStart(
                                usage,
                                now,
                                LatestStart.of(
                                        Buy.doneBy(line.options().deadline(), now),
                                        LatestStart.UNMEASURED));
    }

    private JobGuess guess(
            Model model,
            RequestLine line,
            Profile profile,
            long inputTokens,
            long outputTokens,
            BigDecimal inputUsd,
            BigDecimal usd,
            JobGuess.@Nullable Later later) {
        Endpoint called = planner.called(line.endpoint(), model);
        OptionalLong most = profile.outputTokens(model, called).atMost();
        return new JobGuess(
                model.name(),
                JobKind.of(
                        PromptFamily.of(line, profile), inputTokens, most.orElse(Long.MAX_VALUE)),
                inputUsd.doubleValue(),
                usd.subtract(inputUsd).doubleValue(),
                outputTokens,
                bound(line, called, model, most),
                later);
    }

    private static OutputBound bound(
            RequestLine line, Endpoint called, Model model, OptionalLong most) {
        if (line.maxOutputTokens() != null) {
            return OutputBound.MAX_TOKENS;
        }
        if (OutputLimit.defaultFor(line, called, model).isPresent()) {
            return OutputBound.DEFAULT_MAX_TOKENS;
        }
        return most.isPresent() ? OutputBound.LARGEST_OUTPUT : OutputBound.NONE;
    }

    private static Price rates(Model model, RequestLine line, Instant start) {
        Price price = model.price().at(start, start);
        return price.tier(line.pricedFields().tier()).orElse(price);
    }

    LineForecast forecast(JobRequest job) {
        return switch (planner.plan(job, policy, now)) {
            case Plan.Rejected refused ->
                    new LineForecast.Refused(refused.error(), refused.message(), false);
            case Plan.Routed routed -> {
                Profile profile = classifier.classify(job.line(), now);
                yield routed.split().isPresent()
                        ? ofSplit(job, routed, profile)
                        : forecast(routed, job.line(), profile);
            }
        };
    }

    /** Forecasts one attempt at each call for a document that is split. */
    private LineForecast.Routed ofSplit(JobRequest job, Plan.Routed routed, Profile profile) {
        Model model = routed.model();
        Endpoint called = planner.called(job.line().endpoint(), model);
        long answer = profile.outputTokens(model, called).estimate();
        SplitForecasts.Calls calls = splits.getFirst().calls(job, routed, answer);
        BigDecimal outputUsd =
                model.price().at(now, now).costOf(TokenUsage.of(0, calls.outputTokens()));
        return new LineForecast.Routed(
                profile,
                guess(
                        model,
                        job.line(),
                        profile,
                        calls.inputTokens(),
                        calls.outputTokens(),
                        calls.usd().subtract(outputUsd).max(BigDecimal.ZERO),
                        calls.usd(),
                        null),
                routed.routedBy(),
                model,
                calls.inputTokens(),
                calls.outputTokens(),
                calls.usd(),
                calls.highestUsd().map(List::getFirst),
                calls.highestUsd().map(Collections::max));
    }

    private LineForecast forecast(Plan.Routed routed, RequestLine line, Profile profile) {
        Model model = routed.model();
        Endpoint called = planner.called(line.endpoint(), model);
        PricedFields fields = line.pricedFields();
        long input = profile.inputTokens(model).estimate();
        long output = profile.outputTokens(model, called).estimate();
        var usage = TokenUsage.of(input, output);
        return new LineForecast.Routed(
                profile,
                guess(routed, line, profile, input),
                routed.routedBy(),
                model,
                input,
                output,
                rates(model, line, start(routed, line, usage)).costOf(usage),
                WorstCaseCost.of(model, called, profile, fields)
                        .within(now, line.options().deadline())
                        .usd(),
                maxUsd(routed.chain(), line, profile));
    }

    private Optional<BigDecimal> maxUsd(List<Model> chain, RequestLine line, Profile profile) {
        BigDecimal max = BigDecimal.ZERO;
        for (Model model : chain) {
            Optional<BigDecimal> usd =
                    WorstCaseCost.of(
                                    model,
                                    planner.called(line.endpoint(), model),
                                    profile,
                                    line.pricedFields())
                            .within(now, line.options().deadline())
                            .usd();
            if (usd.isEmpty()) {
                return Optional.empty();
            }
            max = max.max(usd.get());
        }
        return Optional.of(max);
    }
}
