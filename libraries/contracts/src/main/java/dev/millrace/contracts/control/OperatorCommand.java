package dev.millrace.contracts.control;

import dev.millrace.contracts.json.JsonFields;
import java.time.Instant;
import java.util.Optional;

/**
 * A cancellation, a pause or a reset of breakers by an operator.
 *
 * @param at time of the command
 * @param by who issued the command, if known
 * @param runningAt time up to which a cancellation also applies to the running calls of submitted
 *     jobs; empty if running calls end normally
 * @param expires time from which a pause has no effect and a cancellation can be removed; empty if
 *     never
 */
public record OperatorCommand(
        Instant at, String by, Optional<Instant> runningAt, Optional<Instant> expires) {
    /** Creates a command that lets running calls end normally and never expires. */
    public OperatorCommand(Instant at, String by) {
        this(at, by, Optional.empty(), Optional.empty());
    }

    /** Creates a cancellation that also applies to running calls. */
    public static OperatorCommand withCalls(Instant at, String by) {
        return new OperatorCommand(at, by, Optional.of(at), Optional.empty());
    }

    /** Returns true if the command has expired. */
    public boolean isExpired(Instant now) {
        return expires.filter(it -> !now.isBefore(it)).isPresent();
    }

    /** Returns the record that puts the command into effect. */
    public ControlRecord record(ControlKey key) {
        var json = JsonFields.object();
        json.put("at", at.toString());
        json.put("by", by);
        runningAt.ifPresent(it -> json.put("running_at", it.toString()));
        expires.ifPresent(it -> json.put("expires", it.toString()));
        return new ControlRecord(key, JsonFields.bytes(json));
    }

    /**
     * Reads a record's value.
     *
     * @throws IllegalArgumentException if the value is not a cancellation, pause or reset
     */
    static OperatorCommand of(byte[] value) {
        var json = JsonFields.read(value, "a cancellation or a pause");
        return new OperatorCommand(
                json.time("at"),
                json.text("by"),
                json.optionalTime("running_at"),
                json.optionalTime("expires"));
    }
}
