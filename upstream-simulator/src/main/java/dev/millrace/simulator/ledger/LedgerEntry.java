package dev.millrace.simulator.ledger;

import dev.millrace.simulator.answer.Operation;
import dev.millrace.simulator.answer.Usage;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * One call.
 *
 * @param sequence place in the ledger, from 1, in the order in which calls ended
 * @param time when the call came in, in milliseconds
 * @param duration until its outcome was settled, in milliseconds, at most 24 days
 * @param caller who called
 * @param operation what was asked for
 * @param model the model's name as it was asked for; empty when the body had none
 * @param status HTTP status; 0 when none was sent
 * @param usage tokens; none when the call is not billed
 * @param billed whether the provider charges for it: an answer was produced, whether or not it
 *     arrived
 * @param outcome how it ended
 */
public record LedgerEntry(
        long sequence,
        Instant time,
        Duration duration,
        Caller caller,
        Operation operation,
        String model,
        int status,
        Usage usage,
        boolean billed,
        Outcome outcome) {
    /**
     * Who called.
     *
     * @param key what may be shown of the API key, see {@link #masked}
     * @param idempotencyKey value of the {@code Idempotency-Key} header; null when there was none
     */
    public record Caller(String key, @Nullable String idempotencyKey) {
        private static final int SHOWN = 4;
        private static final int LONG_ENOUGH = 12;

        /** What may be shown of a secret: its last four characters, none when it is short. */
        public static String masked(String key) {
            if (key.isEmpty()) {
                return "";
            }
            return key.length() < LONG_ENOUGH ? "…" : "…" + key.substring(key.length() - SHOWN);
        }
    }

    /** This entry as one JSON object. */
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
                .put("billed", billed)
                .put("outcome", outcome.key());
    }
}
