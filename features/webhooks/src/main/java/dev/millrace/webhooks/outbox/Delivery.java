package dev.millrace.webhooks.outbox;

/**
 * A delivery that this process may send until its lease ends.
 *
 * @param eventId value of the header {@code webhook-id}
 * @param receiver id of the receiver
 * @param type type of the event
 * @param attempt number of the attempt, from 1
 * @param payload body of the request
 */
public record Delivery(String eventId, String receiver, String type, int attempt, byte[] payload) {}
