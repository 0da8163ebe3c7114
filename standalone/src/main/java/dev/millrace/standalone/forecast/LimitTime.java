package dev.millrace.standalone.forecast;

import dev.millrace.contracts.catalog.Limits;
import java.util.OptionalLong;
import java.util.stream.DoubleStream;

/** The shortest time in which the limits of a model allow a number of calls. */
final class LimitTime {
    private static final double SECOND = 1;
    private static final double MINUTE = 60;

    private LimitTime() {}

    /**
     * Returns the time in seconds; 0 without limits on rates. A burst that limits allow at the
     * beginning is not subtracted.
     *
     * @param jobs number of calls
     * @param inputTokens of all calls
     * @param outputTokens of all calls
     */
    static double seconds(Limits limits, double jobs, double inputTokens, double outputTokens) {
        return DoubleStream.of(
                        seconds(limits.requestsPerSecond(), jobs, SECOND),
                        seconds(limits.requestsPerMinute(), jobs, MINUTE),
                        seconds(limits.tokensPerMinute(), inputTokens + outputTokens, MINUTE),
                        seconds(limits.inputTokensPerMinute(), inputTokens, MINUTE),
                        seconds(limits.outputTokensPerMinute(), outputTokens, MINUTE))
                .max()
                .orElse(0);
    }

    private static double seconds(OptionalLong limit, double amount, double period) {
        return limit.isEmpty() ? 0 : amount * period / limit.getAsLong();
    }
}
