package dev.millrace.simulator.settings;

import static dev.millrace.simulator.settings.Bounds.requireRange;

import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Deterministic failures: the first calls with each idempotency key fail, and later calls are
 * answered. Calls without an idempotency key never fail this way.
 *
 * @param calls failing calls for each key, 0 to 255
 * @param status HTTP status of the failure, 400 to 599
 */
public record FailFirst(int calls, int status) {
    /** No call fails. */
    public static final FailFirst NONE = new FailFirst(0, 503);

    public FailFirst {
        requireRange("calls", calls, 0, 255);
        requireRange("status", status, 400, 599);
    }

    ObjectNode toJson() {
        return JsonNodeFactory.instance.objectNode().put("calls", calls).put("status", status);
    }
}
