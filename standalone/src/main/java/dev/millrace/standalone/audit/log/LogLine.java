package dev.millrace.standalone.audit.log;

import dev.millrace.contracts.money.TokenUsage;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The information of a usage log entry about one request or many. */
public sealed interface LogLine {

    /**
     * Requests that a provider billed: one, or a sum of many.
     *
     * @param model name of the model as written in the log
     * @param requests number of requests; 0 for a sum of an unknown number
     * @param each tokens of the request; for a sum, the mean, or none if unknown
     * @param tier service tier in lower case; null for the standard tier
     * @param spentUsd cost in US dollars recorded in the log; empty if the log has none
     * @param period empty if the log has no time
     * @param pricePeriod name of the hours whose price a cost event has, blank for the usual ones;
     *     empty if unknown
     * @param doubts why the figures are possibly wrong, each beginning with a verb; mostly empty
     */
    record Billed(
            String model,
            long requests,
            TokenUsage usage,
            TokenUsage each,
            @Nullable String tier,
            Optional<BigDecimal> spentUsd,
            Optional<Period> period,
            Optional<String> pricePeriod,
            List<String> doubts)
            implements LogLine {
        /** Creates one request beyond doubt. */
        public static Billed request(
                String model,
                TokenUsage usage,
                @Nullable String tier,
                Optional<BigDecimal> spentUsd,
                Optional<Instant> time,
                Optional<String> pricePeriod) {
            return new Billed(
                    model,
                    1,
                    usage,
                    usage,
                    tier,
                    spentUsd,
                    time.map(it -> new Period(it, it)),
                    pricePeriod,
                    List.of());
        }
    }

    /**
     * The time of requests.
     *
     * @param until end of a sum; {@code from} for one request, or if the log has an earlier end
     */
    record Period(Instant from, Instant until) {
        public Period {
            until = until.isBefore(from) ? from : until;
        }

        /** Returns the last moment, since a sum excludes its end. */
        public Instant last() {
            return until.equals(from) ? from : until.minusNanos(1);
        }
    }

    /**
     * Requests without a bill, such as failed ones.
     *
     * @param reason one of a fixed set, in the plural
     */
    record NotBilled(String reason) implements LogLine {}

    /**
     * An entry that could not be interpreted.
     *
     * @param reason human-readable explanation, beginning with a verb
     */
    record Unreadable(String reason) implements LogLine {}
}
