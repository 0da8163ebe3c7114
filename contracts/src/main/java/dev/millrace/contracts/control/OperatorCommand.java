package dev.millrace.contracts.control;

import java.time.Instant;
import java.util.Optional;

/**
 * The cancellation or pause of a job, batch or model by an operator.
 *
 * @param at time of the command
 * @param by who issued it, as far as known
 * @param runningAt time up to which a cancellation also applies to the running calls of submitted
 *     jobs; empty if running calls end normally
 */
public record OperatorCommand(Instant at, String by, Optional<Instant> runningAt) {
    /** Creates a command that lets running calls end normally. */
    public OperatorCommand(Instant at, String by) {
        this(at, by, Optional.empty());
    }

    /** Returns the record that puts the command into effect. */
    public ControlRecord record(ControlKey key) {
        var json = ControlJson.object();
        json.put("at", at.toString());
        json.put("by", by);
        runningAt.ifPresent(it -> json.put("running_at", it.toString()));
        return new ControlRecord(key, ControlJson.bytes(json));
    }

    /**
     * Reads a record's value.
     *
     * @throws IllegalArgumentException if the value is not a cancellation or pause
     */
    static OperatorCommand of(byte[] value) {
        var json = ControlJson.read(value, "a cancellation or a pause");
        return new OperatorCommand(
                json.time("at"), json.text("by"), json.optionalTime("running_at"));
    }
}
