package dev.millrace.standalone.forecast;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.router.classify.Profile;
import java.math.BigDecimal;
import java.util.Optional;

/** What would become of one line. */
public sealed interface Destiny {

    /**
     * It would be sent to a model.
     *
     * @param profile what kind of job it was taken for
     * @param routedBy policy, rule and version, or {@code catalog} and the like
     * @param model first choice
     * @param inputTokens as an estimate
     * @param outputTokens as a guess
     * @param usd what one attempt would cost then
     * @param worstUsd the most that one attempt at this model may cost; empty when nothing bounds
     *     it
     * @param mostUsd the most that one attempt at any model of the chain may cost; empty when
     *     nothing bounds it
     */
    record Routed(
            Profile profile,
            String routedBy,
            Model model,
            long inputTokens,
            long outputTokens,
            BigDecimal usd,
            Optional<BigDecimal> worstUsd,
            Optional<BigDecimal> mostUsd)
            implements Destiny {}

    /**
     * It would end without a call.
     *
     * @param reason for a person
     * @param isOfTheLine whether the line itself is at fault, whatever models there are
     */
    record Refused(ErrorCode error, String reason, boolean isOfTheLine) implements Destiny {}
}
