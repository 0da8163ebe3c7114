package dev.millrace.simulator.provider;

import dev.millrace.simulator.answer.Operation;
import dev.millrace.simulator.wire.CallId;
import dev.millrace.simulator.wire.Wire;
import org.jspecify.annotations.Nullable;

/**
 * One call as it came in, but for its body.
 *
 * @param id tells it from all others
 * @param operation what is asked for
 * @param key the API key; empty when there is none. Never shown
 * @param idempotencyKey null when there is none
 */
public record Call(CallId id, Operation operation, String key, @Nullable String idempotencyKey) {
    /** The wire that the client speaks. */
    public Wire wire() {
        return Wire.of(operation);
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "Call[" + id + ", " + operation + "]";
    }
}
