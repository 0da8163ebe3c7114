package dev.millrace.gateway.estimate;

import dev.millrace.contracts.control.ControlState;
import dev.millrace.gateway.submission.Submission;
import java.time.Instant;

/** Opens forecasts with the rules of the router. Thread-safe. */
@FunctionalInterface
public interface CostForecasts {
    /**
     * Opens a forecast of a batch that is not submitted.
     *
     * @param control has the policies and budgets in force
     * @param now time at which deadlines and the periods of budgets are checked
     */
    CostForecast open(Submission batch, ControlState control, Instant now);
}
