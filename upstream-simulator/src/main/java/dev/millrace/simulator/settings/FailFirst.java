package dev.millrace.simulator.settings;

import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Failures without chance: the first calls with each idempotency key fail, the next one is
 * answered. A call without an idempotency key is not concerned.
 *
 * @param calls how many calls of each key fail, 0 to 255
 * @param status with which HTTP status, 400 to 599
 */
public record FailFirst(int calls, int status) {
    /** Nothing fails. */
    public static final FailFirst NONE = new FailFirst(0, 503);

    public FailFirst {
        new Checks().range("calls", calls, 0, 255).range("status", status, 400, 599).done();
    }

    static FailFirst read(SettingsNode node, FailFirst base) {
        int calls = node.integer("calls", base.calls);
        int status = node.integer("status", base.status);
        node.done();
        return node.build("", () -> new FailFirst(calls, status), base);
    }

    ObjectNode toJson() {
        return JsonNodeFactory.instance.objectNode().put("calls", calls).put("status", status);
    }
}
