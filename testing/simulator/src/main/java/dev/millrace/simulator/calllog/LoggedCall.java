package dev.millrace.simulator.calllog;

import dev.millrace.simulator.answer.Operation;
import dev.millrace.simulator.answer.Usage;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * One call in the ledger.
 *
 * @param sequence position in the ledger from 1, in the order in which calls ended
 * @param time arrival of the call, to the millisecond
 * @param duration time from arrival to outcome, to the millisecond, at most 24 days
 * @param caller the client's keys
 * @param operation the called endpoint
 * @param model the model's name as the request gives it; empty when the body has none
 * @param status HTTP status; 0 when no status was sent
 * @param usage billed tokens; {@link Usage#NONE} when the call is not billed
 * @param billed true if the provider charges for the call: once an answer was produced, even if it
 *     did not arrive
 * @param outcome how the call ended
 */
public record LoggedCall(
        long sequence,
        Instant time,
        Duration duration,
        Caller caller,
        Operation operation,
        String model,
        int status,
        Usage usage,
        boolean billed,
        CallOutcome outcome) {
    /**
     * The client's keys.
     *
     * @param key the masked API key, see {@link #masked}
     * @param idempotencyKey value of the {@code Idempotency-Key} header; null when absent
     */
    public record Caller(String key, @Nullable String idempotencyKey) {
        private static final int SHOWN_CHARACTERS = 4;
        private static final int MIN_LENGTH_TO_SHOW = 12;

        /** Masks all but the last four characters of a secret, and all of a short secret. */
        public static String masked(String key) {
            if (key.isEmpty()) {
                return "";
            }
            return key.length() < MIN_LENGTH_TO_SHOW
                    ? "…"
                    : "…" + key.substring(key.length() - SHOWN_CHARACTERS);
        }
    }

    /** Returns this entry as one JSON object. */
    public ObjectNode toJson() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("sequence", sequence)
                .put("time", time.toString())
                .put("duration_ms", duration.toMillis())
                .put("key", caller.key())
                .put("idempotency_key", caller.idempotencyKey())
                .put("model", model)
                .put("path", operation.path())
                .put("status", status)
                .put("input_tokens", usage.input())
                .put("cached_input_tokens", usage.cachedInput())
                .put("cache_write_tokens", usage.cacheWrite())
                .put("output_tokens", usage.output())
                .put("service_tier", usage.serviceTier())
                .put("billed", billed)
                .put("outcome", outcome.key());
    }
}
