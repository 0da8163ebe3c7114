package dev.millrace.standalone.forecast;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.config.MillraceConfig;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.PricedFields;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.router.classify.Classifier;
import dev.millrace.router.classify.Profile;
import dev.millrace.router.document.SplitPlan;
import dev.millrace.router.plan.JobRequest;
import dev.millrace.router.plan.Plan;
import dev.millrace.router.plan.Planner;
import dev.millrace.router.plan.ServiceableModels;
import dev.millrace.router.plan.cost.WorstCaseCost;
import dev.millrace.router.policy.ActivePolicy;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Forecasts what the router would do with a valid line, by the router's own rules. Thread-safe. */
final class LineForecaster {
    private final Classifier classifier;
    private final Planner planner;
    private final SplitForecaster splits;
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
        planner = new Planner(ServiceableModels.of(config), _ -> Optional.empty(), classifier);
        splits = new SplitForecaster(classifier, now);
        this.policy = policy;
        this.now = now;
    }

    LineForecast forecast(JobRequest job) {
        return switch (planner.plan(job, policy, now)) {
            case Plan.Rejected refused ->
                    new LineForecast.Refused(refused.error(), refused.message(), false);
            case Plan.Routed routed -> {
                Profile profile = classifier.classify(job.line(), now);
                yield routed.split().isPresent()
                        ? forecast(job, routed, routed.split().get(), profile)
                        : forecast(routed, job.line(), profile);
            }
        };
    }

    /** Forecasts one attempt at each call for a document that is split. */
    private LineForecast forecast(
            JobRequest job, Plan.Routed routed, SplitPlan split, Profile profile) {
        Model model = routed.model();
        Endpoint called = planner.called(job.line().endpoint(), model);
        long answer = profile.outputTokens(model, called).estimate();
        var calls = splits.forecast(job.line(), split, model, answer);
        Optional<List<BigDecimal>> highest = planner.highestCosts(job, routed, now);
        return new LineForecast.Routed(
                profile,
                routed.routedBy(),
                model,
                calls.inputTokens(),
                calls.outputTokens(),
                calls.usd(),
                highest.map(List::getFirst),
                highest.map(Collections::max));
    }

    private LineForecast forecast(Plan.Routed routed, RequestLine line, Profile profile) {
        Model model = routed.model();
        Endpoint called = planner.called(line.endpoint(), model);
        PricedFields fields = PricedFields.of(line);
        Price price = model.price();
        long input = profile.inputTokens(model).estimate();
        long output = profile.outputTokens(model, called).estimate();
        return new LineForecast.Routed(
                profile,
                routed.routedBy(),
                model,
                input,
                output,
                price.tier(fields.tier()).orElse(price).costOf(TokenUsage.of(input, output)),
                WorstCaseCost.of(model, called, profile, fields).usd(),
                maxUsd(routed.chain(), line.endpoint(), profile, fields));
    }

    private Optional<BigDecimal> maxUsd(
            List<Model> chain, Endpoint url, Profile profile, PricedFields fields) {
        BigDecimal max = BigDecimal.ZERO;
        for (Model model : chain) {
            Optional<BigDecimal> usd =
                    WorstCaseCost.of(model, planner.called(url, model), profile, fields).usd();
            if (usd.isEmpty()) {
                return Optional.empty();
            }
            max = max.max(usd.get());
        }
        return Optional.of(max);
    }
}
