package dev.millrace.contracts.control;

import java.time.Instant;

/**
 * That something was cancelled or paused.
 *
 * @param at when
 * @param by who did, as far as known
 */
public record OperatorCommand(Instant at, String by) {
    /** The record of a cancellation or a pause. */
    public ControlRecord record(ControlKey key) {
        var json = ControlJson.object();
        json.put("at", at.toString());
        json.put("by", by);
        return new ControlRecord(key, ControlJson.bytes(json));
    }

    /**
     * Reads a record's value.
     *
     * @throws IllegalArgumentException when it is none
     */
    static OperatorCommand of(byte[] value) {
        var json = ControlJson.read(value, "a cancellation or a pause");
        return new OperatorCommand(json.time("at"), json.text("by"));
    }
}
