package dev.millrace.simulator.provider;

import dev.millrace.simulator.answer.Operation;
import dev.millrace.simulator.wire.CallId;
import dev.millrace.simulator.wire.WireFormat;
import org.jspecify.annotations.Nullable;

/**
 * An incoming call, without its body.
 *
 * @param id unique among all calls
 * @param operation the endpoint that was called
 * @param deployment the model that the path names instead of the body; null = none
 * @param key the API key, never shown; empty when the call has none
 * @param idempotencyKey null when the call has none
 */
public record Call(
        CallId id,
        Operation operation,
        @Nullable String deployment,
        String key,
        @Nullable String idempotencyKey) {
    /** Returns the wire that the client speaks. */
    public WireFormat wire() {
        return WireFormat.of(operation);
    }

    /** Describes the call without its key. */
    @Override
    public String toString() {
        return "Call[" + id + ", " + operation + "]";
    }
}
