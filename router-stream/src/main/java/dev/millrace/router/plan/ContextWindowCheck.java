package dev.millrace.router.plan;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.catalog.OutputLimit;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.router.classify.Profile;
import java.util.Locale;
import java.util.Optional;

/**
 * Checks whether the input and the requested output of a job fit into a model's context window.
 * Uses a lower bound of the input tokens, so it rejects only jobs that are certainly too long. In
 * doubt the provider decides.
 */
final class ContextWindowCheck {
    private ContextWindowCheck() {}

    /**
     * Returns a rejection when the job is certainly too long, else empty. Counts a default output
     * limit that is added to the job's body.
     *
     * @param called the endpoint of the model that is called for the job
     */
    static Optional<Plan.Rejected> check(
            RequestLine line, Endpoint called, Profile profile, Model model) {
        if (model.contextWindow().isEmpty()) {
            return Optional.empty();
        }
        long window = model.contextWindow().getAsLong();
        Long limit = line.maxOutputTokens();
        // If a body requests more than the model's own limit, the provider decides.
        long output =
                limit == null
                        ? OutputLimit.defaultFor(line, called, model).orElse(0)
                        : Math.min(limit, model.maxOutputTokens().orElse(limit));
        // A token has at least one byte, so most jobs fit without counting their tokens.
        if (output <= window - line.body().length()) {
            return Optional.empty();
        }
        long input = profile.inputTokens(model).atLeast();
        return output <= window - input
                ? Optional.empty()
                : Optional.of(
                        new Plan.Rejected(
                                ErrorCode.CONTEXT_LENGTH_EXCEEDED,
                                String.format(
                                        Locale.ROOT,
                                        "the request has at least %,d input tokens and asks for"
                                                + " %,d output tokens; the context window of %s has"
                                                + " %,d",
                                        input,
                                        output,
                                        model.name(),
                                        window),
                                "body"));
    }
}
