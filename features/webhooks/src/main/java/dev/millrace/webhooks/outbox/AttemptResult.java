package dev.millrace.webhooks.outbox;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The result of an attempt, as stored.
 *
 * @param state the new state of the delivery
 * @param statusCode status of the answer; empty without an answer
 * @param problem one line without secrets; empty after a success
 * @param at when the attempt ended
 * @param nextAttempt when the next attempt is due; the time of this one if there is none
 */
public record AttemptResult(
        DeliveryState state,
        OptionalInt statusCode,
        Optional<String> problem,
        Instant at,
        Instant nextAttempt) {}
