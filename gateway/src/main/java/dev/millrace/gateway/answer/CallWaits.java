package dev.millrace.gateway.answer;

import dev.millrace.configuration.GatewayConfig;
import java.time.Duration;

/**
 * Longest waits of calls.
 *
 * @param answer for the answer
 * @param unavailable for an open breaker, 0 for not at all; a call can override it
 */
public record CallWaits(Duration answer, Duration unavailable) {
    /** Returns the waits of a configuration. */
    public static CallWaits of(GatewayConfig config) {
        return new CallWaits(config.timeout(), config.unavailableAfter());
    }
}
