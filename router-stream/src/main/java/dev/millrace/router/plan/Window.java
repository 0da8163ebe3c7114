package dev.millrace.router.plan;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.router.classify.Profile;
import java.util.Locale;
import java.util.Optional;

/**
 * Whether a job fits into a model's context window: its input and the output that it asks for. A
 * job is only held to be too long when it surely is, by the least that its input can have; in doubt
 * the provider knows better.
 */
final class Window {
    private Window() {}

    /** Why the job does not fit, with the numbers; empty when it does or nobody knows. */
    static Optional<Plan.Refused> reasonAgainst(RequestLine line, Profile profile, Model model) {
        if (model.contextWindow().isEmpty()) {
            return Optional.empty();
        }
        long window = model.contextWindow().getAsLong();
        Long limit = line.maxOutputTokens();
        // What a body asks for beyond the model's own limit is the provider's to refuse.
        long output = limit == null ? 0 : Math.min(limit, model.maxOutputTokens().orElse(limit));
        // A token stands for at least one byte: the usual short job needs no counting.
        if (output <= window - line.body().length()) {
            return Optional.empty();
        }
        long input = profile.inputTokens(model).atLeast();
        return output <= window - input
                ? Optional.empty()
                : Optional.of(
                        new Plan.Refused(
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
