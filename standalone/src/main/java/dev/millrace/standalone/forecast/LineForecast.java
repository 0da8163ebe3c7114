package dev.millrace.standalone.forecast;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.router.classify.Profile;
import java.math.BigDecimal;
import java.util.Optional;

/** The forecast for one line: the router's decision about the job. */
public sealed interface LineForecast {

    /**
     * The job would be sent to a model. All costs are for one attempt, in US dollars.
     *
     * @param profile classification of the job
     * @param guess the expected cost, to be corrected by results
     * @param routedBy policy, rule and version, or another origin such as {@code catalog}
     * @param model first model of the chain
     * @param inputTokens estimated input tokens
     * @param outputTokens expected output tokens
     * @param usd expected cost
     * @param worstUsd highest possible cost at the first model; empty if the cost is unbounded
     * @param maxUsd highest possible cost at any model of the chain; empty if the cost is unbounded
     */
    record Routed(
            Profile profile,
            JobGuess guess,
            String routedBy,
            Model model,
            long inputTokens,
            long outputTokens,
            BigDecimal usd,
            Optional<BigDecimal> worstUsd,
            Optional<BigDecimal> maxUsd)
            implements LineForecast {}

    /**
     * The line would be refused without a call.
     *
     * @param reason human-readable explanation
     * @param isLineError true if the line itself is invalid, with any models and policies
     */
    record Refused(ErrorCode error, String reason, boolean isLineError) implements LineForecast {}
}
