package dev.millrace.gateway.estimate;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.gateway.http.ApiError;
import dev.millrace.gateway.http.ErrorKind;
import dev.millrace.gateway.submission.Submission;
import java.time.Instant;

/** Opens forecasts with the rules of the router. Thread-safe. */
@FunctionalInterface
public interface CostForecasts {
    /** Refuses every estimate. */
    CostForecasts NONE =
            (_, _, _) -> {
                throw ApiError.of(
                        ErrorKind.NOT_FOUND, "no_forecasts", "this gateway estimates no batches");
            };

    /** Rough size of a token. */
    int BYTES_PER_TOKEN = 4;

    /**
     * Opens a forecast of a batch that is not submitted.
     *
     * @param control has the policies and budgets in force
     * @param now time at which deadlines and the periods of budgets are checked
     * @throws ApiError if there are no forecasts
     */
    CostForecast open(Submission batch, ControlState control, Instant now);

    /**
     * Returns an estimate of the input tokens of a request for a model. By default, it follows from
     * the size of the body.
     */
    default long inputTokens(RequestLine request, Model model) {
        return request.body().length() / BYTES_PER_TOKEN;
    }
}
