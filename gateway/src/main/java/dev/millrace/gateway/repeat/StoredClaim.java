package dev.millrace.gateway.repeat;

import dev.millrace.contracts.json.JsonFields;
import java.time.Instant;
import tools.jackson.databind.node.ObjectNode;

/**
 * The stored claim of an {@code Idempotency-Key}.
 *
 * @param digest digest of the request; empty while its body is being read
 * @param id id of the object that the request creates
 * @param at when the request began
 * @param isDone true if the object exists
 */
record StoredClaim(String digest, String id, Instant at, boolean isDone) {
    byte[] toJson() {
        ObjectNode json = JsonFields.object();
        json.put("digest", digest);
        json.put("id", id);
        json.put("at", at.toString());
        json.put("done", isDone);
        return JsonFields.bytes(json);
    }

    /**
     * Reads a stored claim.
     *
     * @throws IllegalArgumentException if the value is not a claim
     */
    static StoredClaim read(byte[] value) {
        var json = JsonFields.read(value, "the claim of an Idempotency-Key");
        return new StoredClaim(
                json.node().path("digest").asString(""),
                json.node().path("id").asString(""),
                json.time("at"),
                json.node().path("done").asBoolean(false));
    }
}
