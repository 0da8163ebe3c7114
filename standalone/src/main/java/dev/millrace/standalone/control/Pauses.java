package dev.millrace.standalone.control;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.OperatorCommand;
import dev.millrace.control.ControlWriter.Change;
import dev.millrace.standalone.client.ChangeMetadata;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Decides which pauses to write and to remove, as pure functions of the control state. */
public final class Pauses {
    /**
     * Time after which a worker is assumed not to write its expired list again, even with a wrong
     * clock.
     */
    private static final Duration VANISHED = Duration.ofDays(1);

    private Pauses() {}

    /**
     * Pauses until the pause is removed or has expired. Also removes expired records.
     *
     * @param time how long the pause lasts; empty if it never expires
     */
    public static Change<OperatorCommand> pause(
            ControlState state,
            ControlKey.Pause key,
            Optional<Duration> time,
            ChangeMetadata metadata) {
        var command =
                new OperatorCommand(
                        metadata.at(),
                        metadata.by(),
                        Optional.empty(),
                        time.map(metadata.at()::plus));
        return new Change<>(
                Stream.concat(
                                Stream.of(command.record(key)),
                                expired(state, key, metadata.at()).stream())
                        .toList(),
                command);
    }

    /**
     * Removes a pause, and expired records.
     *
     * @return a change whose result is true if the pause was in effect
     */
    public static Change<Boolean> resume(ControlState state, ControlKey.Pause key, Instant now) {
        var command = Optional.ofNullable(state.commands().get(key));
        var removal = command.map(_ -> ControlRecord.removal(key));
        return new Change<>(
                Stream.concat(removal.stream(), expired(state, key, now).stream()).toList(),
                command.filter(it -> !it.isExpired(now)).isPresent());
    }

    /** Returns the removals of other expired pauses, and of the reports of vanished workers. */
    private static List<ControlRecord> expired(
            ControlState state, ControlKey.Pause except, Instant now) {
        var pauses =
                state.pauses().entrySet().stream()
                        .filter(it -> it.getValue().isExpired(now) && !it.getKey().equals(except))
                        .map(it -> ControlRecord.removal(it.getKey()));
        var reports =
                state.workers().entrySet().stream()
                        .filter(it -> it.getValue().expires().isBefore(now.minus(VANISHED)))
                        .map(it -> ControlRecord.removal(new ControlKey.Report(it.getKey())));
        return Stream.concat(pauses, reports).toList();
    }
}
