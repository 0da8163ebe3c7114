package dev.millrace.standalone.control;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.OperatorCommand;
import dev.millrace.control.ControlWriter.Change;
import dev.millrace.standalone.client.ChangeMetadata;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Decides which cancellations to write and to remove, as pure functions of the control state. */
public final class Cancellations {
    /**
     * Number of cancellations that are kept regardless of their age. Bounded, because every router
     * and worker holds all cancellations in memory. Large, because jobs may wait as long as their
     * model is paused or unreachable.
     */
    private static final int MAX_KEPT = 10_000;

    /** Age up to which every cancellation is kept, regardless of their number. */
    static final Duration MIN_RETENTION = Duration.ofDays(30);

    /** Maximum number of cancellations that one transaction removes. */
    private static final int MAX_REMOVED = 10_000;

    private Cancellations() {}

    /**
     * Cancels a job or a batch. An existing cancellation with a later time, from a clock that was
     * ahead, remains in force and is returned. Beyond 10,000 cancellations, removes the oldest that
     * exceed {@link #MIN_RETENTION}.
     *
     * @param key the key of the cancellation
     * @param withCalls true to abort running calls, too. Calls that an earlier cancellation aborts
     *     are aborted in any case
     */
    public static Change<OperatorCommand> cancel(
            ControlState state, ControlKey key, boolean withCalls, ChangeMetadata metadata) {
        return cancel(state, key, withCalls, metadata, MAX_KEPT);
    }

    /**
     * Cancels as {@link #cancel(ControlState, ControlKey, boolean, ChangeMetadata)} does.
     *
     * @param maxKept cancellations kept regardless of their age, including the new one
     */
    static Change<OperatorCommand> cancel(
            ControlState state,
            ControlKey key,
            boolean withCalls,
            ChangeMetadata metadata,
            int maxKept) {
        var command = command(withCalls, metadata, state.cancellations().get(key));
        var others =
                state.cancellations().entrySet().stream()
                        .filter(it -> !it.getKey().equals(key))
                        .sorted(Comparator.comparing(it -> it.getValue().at()))
                        .toList();
        var expired =
                others.stream()
                        .limit(Math.clamp(others.size() + 1L - maxKept, 0, MAX_REMOVED))
                        .filter(
                                it ->
                                        it.getValue()
                                                .at()
                                                .isBefore(metadata.at().minus(MIN_RETENTION)))
                        .map(it -> ControlRecord.removal(it.getKey()));
        return new Change<>(
                Stream.concat(Stream.of(command.record(key)), expired).toList(), command);
    }

    private static OperatorCommand command(
            boolean withCalls, ChangeMetadata metadata, @Nullable OperatorCommand before) {
        var now = new OperatorCommand(metadata.at(), metadata.by());
        var latest = before != null && before.at().isAfter(now.at()) ? before : now;
        var runningAt =
                withCalls
                        ? Optional.of(latest.at())
                        : Optional.ofNullable(before).flatMap(OperatorCommand::runningAt);
        return new OperatorCommand(latest.at(), latest.by(), runningAt, Optional.empty());
    }
}
