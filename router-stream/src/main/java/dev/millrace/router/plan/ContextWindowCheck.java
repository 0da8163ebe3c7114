package dev.millrace.router.plan;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.catalog.OutputLimit;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.RequestLine;
import java.util.Locale;
import java.util.Optional;

/**
 * Checks whether the input and the requested output of a job fit into a model's context window. Of
 * several prompts or texts, each has the window for itself. Uses a lower bound of the input tokens,
 * so it rejects only jobs that are certainly too long. In doubt the provider decides.
 */
public final class ContextWindowCheck {
    /** Divisor of the window for an answer without a limit. */
    private static final int UNLIMITED_DIVISOR = 10;

    private ContextWindowCheck() {}

    /**
     * Returns a rejection when the job is certainly too long, else empty.
     *
     * @param called the endpoint of the model that is called for the job
     */
    static Optional<Plan.Rejected> check(PlanningJob job, Endpoint called, Model model) {
        return model.contextWindow().isEmpty()
                ? Optional.empty()
                : check(job, output(job.line(), called, model), model);
    }

    /** Returns the limit on output tokens that is sent; 0 for none. */
    private static long output(RequestLine line, Endpoint called, Model model) {
        Long limit = line.maxOutputTokens();
        // OutputLimitCheck reports a limit above the model's own.
        return limit == null
                ? OutputLimit.defaultFor(line, called, model).orElse(0)
                : Math.min(limit, model.maxOutputTokens().orElse(limit));
    }

    /** Returns the tokens to leave for an answer; an assumed amount without an output limit. */
    public static long answerTokens(PlanningJob job, Endpoint called, Model model) {
        long output = output(job.line(), called, model);
        return output > 0
                ? output
                : Math.min(
                        model.defaultMaxTokens(),
                        model.contextWindow().orElse(Long.MAX_VALUE) / UNLIMITED_DIVISOR);
    }

    private static Optional<Plan.Rejected> check(PlanningJob job, long output, Model model) {
        long window = model.contextWindow().orElseThrow();
        // A token has at least one byte, so most jobs fit without a count of their tokens.
        if (output <= window - job.line().body().length()) {
            return Optional.empty();
        }
        if (job.fitsInParts(model)) {
            return Optional.empty();
        }
        // The longest input has at least the average.
        long inputs = job.profile().inputs();
        long input = Math.ceilDiv(job.profile().inputTokens(model).atLeast(), inputs);
        if (output <= window - input) {
            return Optional.empty();
        }
        return Optional.of(
                new Plan.Rejected(
                        ErrorCode.CONTEXT_LENGTH_EXCEEDED,
                        String.format(
                                Locale.ROOT,
                                "%s at least %,d input tokens and %s %,d output tokens; the"
                                        + " context window of %s has %,d",
                                inputs == 1 ? "the request has" : "an input of the request has",
                                input,
                                job.line().maxOutputTokens() == null && output > 0
                                        ? "a default limit of"
                                        : "asks for",
                                output,
                                model.name(),
                                window),
                        "body"));
    }
}
