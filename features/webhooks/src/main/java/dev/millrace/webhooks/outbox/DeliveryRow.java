package dev.millrace.webhooks.outbox;

import java.time.Instant;
import java.util.Optional;

/**
 * A delivery as stored.
 *
 * @param origin scheme, host and port of the receiver's URL
 * @param state spelling of a {@link DeliveryState}
 * @param nextAttempt when the next attempt is due; empty if there is none
 * @param lastAttempt when the last attempt ended; empty before the first
 * @param status status of the last answer; empty without an answer
 * @param problem why the last attempt failed; empty if it did not
 */
public record DeliveryRow(
        String eventId,
        String type,
        Instant occurredAt,
        String origin,
        String state,
        int attempts,
        Optional<Instant> nextAttempt,
        Optional<Instant> lastAttempt,
        Optional<Integer> status,
        Optional<String> problem) {}
