package dev.millrace.standalone.forecast;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.job.SplitOptions;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.router.classify.Classifier;
import dev.millrace.router.classify.token.TokenCounter;
import dev.millrace.router.documents.AnswerJoiner;
import dev.millrace.router.documents.Document;
import dev.millrace.router.documents.SplitPlan;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.function.ToIntFunction;

/**
 * Estimates the calls for a split document: one for each part, and the joins. Each answer but the
 * last is the input of another call.
 */
final class SplitForecaster {
    private final Classifier classifier;
    private final Instant now;

    SplitForecaster(Classifier classifier, Instant now) {
        this.classifier = classifier;
        this.now = now;
    }

    /**
     * The estimated tokens and costs of all calls together.
     *
     * @param inputTokens of all calls
     * @param outputTokens of all calls
     */
    record Calls(long inputTokens, long outputTokens, BigDecimal usd) {}

    /**
     * @param answer expected tokens of an answer
     */
    Calls forecast(RequestLine line, SplitPlan split, Model model, long answer) {
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
                        .add(usd(model, ofJoins, split.joins(), answer)));
    }

    /** Returns the cost of calls of equal length, whose rates may depend on it. */
    private static BigDecimal usd(Model model, long input, int calls, long answer) {
        return model.price()
                .costOf(TokenUsage.of(Math.ceilDiv(input, calls), answer))
                .multiply(BigDecimal.valueOf(calls));
    }
}
