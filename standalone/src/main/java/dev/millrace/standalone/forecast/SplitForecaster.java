package dev.millrace.standalone.forecast;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.job.SplitOptions;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.router.classify.Classifier;
import dev.millrace.router.classify.token.TokenCounter;
import dev.millrace.router.documents.AnswerJoiner;
import dev.millrace.router.documents.Document;
import dev.millrace.router.documents.DocumentPlanning;
import dev.millrace.router.documents.SplitPlan;
import dev.millrace.router.plan.JobRequest;
import dev.millrace.router.plan.Plan;
import dev.millrace.router.plan.PlanAddition;
import dev.millrace.router.plan.PlanningJob;
import dev.millrace.router.plan.ServiceableModels;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.function.ToIntFunction;

/**
 * Estimates the calls for a split document: one for each part, and the joins. Each answer but the
 * last is the input of another call.
 */
final class SplitForecaster implements SplitForecasts {
    private final DocumentPlanning planning;
    private final Classifier classifier;
    private final Instant now;

    SplitForecaster(ServiceableModels models, Classifier classifier, Instant now) {
        planning = DocumentPlanning.ofForecast(models);
        this.classifier = classifier;
        this.now = now;
    }

    @Override
    public PlanAddition planning() {
        return planning;
    }

    @Override
    public Calls calls(JobRequest job, Plan.Routed plan, long answer) {
        RequestLine line = job.line();
        Model model = plan.model();
        var split = SplitPlan.parse(plan.split().orElseThrow());
        Document document = Document.of(line).orElseThrow();
        ToIntFunction<String> counter = TokenCounter.textCounter(model);
        long prompt =
                classifier.classify(document.withoutDocument(), now).inputTokens(model).estimate();
        long ofParts = split.parts().size() * prompt;
        for (var part : split.parts()) {
            ofParts += counter.applyAsInt(part.of(document.text()));
        }
        SplitOptions options = line.options().split();
        String joinPrompt = AnswerJoiner.prompt(options == null ? null : options.joinPrompt());
        long joined = (split.calls() - 1) * (answer + AnswerJoiner.HEADING_TOKENS);
        long ofJoins = joined + split.joins() * (prompt + counter.applyAsInt(joinPrompt));
        return new Calls(
                ofParts + ofJoins,
                split.calls() * answer,
                usd(model, ofParts, split.parts().size(), answer)
                        .add(usd(model, ofJoins, split.joins(), answer)),
                planning.highestCosts(
                        new PlanningJob(job, now, it -> classifier.classify(it, now)),
                        plan.chain(),
                        split));
    }

    /** Returns the cost of calls of equal length, whose rates may depend on it. */
    private BigDecimal usd(Model model, long input, int calls, long answer) {
        return model.price()
                .at(now, now)
                .costOf(TokenUsage.of(Math.ceilDiv(input, calls), answer))
                .multiply(BigDecimal.valueOf(calls));
    }
}
