package dev.millrace.gateway.answer;

import dev.millrace.configuration.GatewayConfig;
import java.time.Duration;

/**
 * How long calls wait.
 *
 * @param answer for the answer
 * @param unavailable for an open breaker, unless the call says otherwise; 0 for not at all
 */
public record CallWaits(Duration answer, Duration unavailable) {
    /** Returns the waits of a configuration. */
    public static CallWaits of(GatewayConfig config) {
        return new CallWaits(config.timeout(), config.unavailableAfter());
    }
}
