package dev.millrace.standalone.audit.log;

import dev.millrace.contracts.money.TokenUsage;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What an entry of a usage log says about a request, or about many. */
public sealed interface LogLine {

    /**
     * Requests that a provider billed: one, or a sum of many.
     *
     * @param model name of the model as written in the log
     * @param requests number of requests; 0 for a sum that does not have it
     * @param each tokens of the request; for a sum, the mean, or no tokens if it is not known
     * @param tier service tier, in lower case; null for the standard one
     * @param spentUsd the cost in US dollars by the log; empty if the log has none
     * @param period empty if the log has no time
     * @param doubts why the figures may be wrong, each beginning with a verb; mostly empty
     */
    record Billed(
            String model,
            long requests,
            TokenUsage usage,
            TokenUsage each,
            @Nullable String tier,
            Optional<BigDecimal> spentUsd,
            Optional<Period> period,
            List<String> doubts)
            implements LogLine {
        /** Creates one request beyond doubt. */
        public static Billed request(
                String model,
                TokenUsage usage,
                @Nullable String tier,
                Optional<BigDecimal> spentUsd,
                Optional<Instant> time) {
            return new Billed(
                    model,
                    1,
                    usage,
                    usage,
                    tier,
                    spentUsd,
                    time.map(it -> new Period(it, it)),
                    List.of());
        }
    }

    /**
     * When requests were made.
     *
     * @param until end of a sum; {@code from} for one request, or if the log has an earlier end
     */
    record Period(Instant from, Instant until) {
        public Period {
            until = until.isBefore(from) ? from : until;
        }
    }

    /**
     * Requests without a bill, such as failed ones.
     *
     * @param reason one of a fixed set, in the plural
     */
    record NotBilled(String reason) implements LogLine {}

    /**
     * An entry that is not understood.
     *
     * @param reason explanation for a person, beginning with a verb
     */
    record Unreadable(String reason) implements LogLine {}
}
