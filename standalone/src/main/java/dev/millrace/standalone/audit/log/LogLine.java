package dev.millrace.standalone.audit.log;

import dev.millrace.contracts.money.TokenUsage;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;

/** What a line of a usage log says about a request. */
public sealed interface LogLine {

    /**
     * A request that a provider billed.
     *
     * @param model name of the model as written in the log
     * @param spentUsd the request's cost in US dollars by the log; empty if the log has none
     * @param time empty if the log has none
     */
    record Billed(
            String model, TokenUsage usage, Optional<BigDecimal> spentUsd, Optional<Instant> time)
            implements LogLine {}

    /**
     * A request without a bill, such as a failed one.
     *
     * @param reason one of a fixed set, in the plural
     */
    record NotBilled(String reason) implements LogLine {}

    /**
     * A line that is not understood.
     *
     * @param reason explanation for a person, beginning with a verb
     */
    record Unreadable(String reason) implements LogLine {}
}
