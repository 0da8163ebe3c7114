package dev.millrace.webhooks.http;

import dev.millrace.contracts.webhook.SigningKey;

/**
 * An event with its signature.
 *
 * @param id value of the header {@code webhook-id}
 * @param epochSeconds value of the header {@code webhook-timestamp}
 * @param signature value of the header {@code webhook-signature}
 */
public record SignedRequest(String id, long epochSeconds, String signature, byte[] body) {
    /** Signs an event. */
    public static SignedRequest of(String id, long epochSeconds, byte[] body, SigningKey key) {
        return new SignedRequest(id, epochSeconds, key.sign(id, epochSeconds, body), body);
    }
}
