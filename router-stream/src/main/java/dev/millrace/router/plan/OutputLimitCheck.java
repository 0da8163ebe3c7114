package dev.millrace.router.plan;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.Endpoints;
import dev.millrace.contracts.job.RequestLine;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Checks that a job's output limit does not exceed the model's. Most providers refuse such a limit
 * instead of lowering it.
 */
final class OutputLimitCheck {
    private OutputLimitCheck() {}

    /**
     * Returns a rejection when the body's output limit is above the model's maximum, else empty.
     */
    static Optional<Plan.Rejected> check(RequestLine line, Model model) {
        Long limit = line.maxOutputTokens();
        long maximum = model.maxOutputTokens().orElse(Long.MAX_VALUE);
        return limit == null || limit <= maximum || !line.endpoint().generates()
                ? Optional.empty()
                : Optional.of(tooLong(line, limit, maximum, model));
    }

    private static Plan.Rejected tooLong(RequestLine line, long limit, long maximum, Model model) {
        var keys = List.copyOf(line.keysWithValue(Endpoints.known().limitKeys()));
        return new Plan.Rejected(
                ErrorCode.VALIDATION_ERROR,
                String.format(
                        Locale.ROOT,
                        "%s asks for %,d output tokens; %s gives at most %,d"
                                + " (models.%s.max_output_tokens)",
                        String.join(" or ", keys),
                        limit,
                        model.name(),
                        maximum,
                        model.name()),
                "body." + keys.getFirst());
    }
}
