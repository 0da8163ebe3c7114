package dev.millrace.standalone.control;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.OperatorCommand;
import dev.millrace.control.ControlWriter.Change;
import java.time.Duration;
import java.util.Comparator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What becomes of cancellations, as functions of what control says. */
public final class Cancellations {
    /**
     * How many are kept however old they are: whoever follows control holds each of them, but jobs
     * may wait for as long as their model is paused or out of reach.
     */
    private static final int MANY = 10_000;

    /** For so long each of them is kept, however many there are. */
    static final Duration LASTS = Duration.ofDays(30);

    /** Taken back in one transaction. */
    private static final int MOST_REMOVED = 10_000;

    private Cancellations() {}

    /**
     * Cancels. What is cancelled until later, by a clock that is ahead, stays so; the answer says
     * what holds. Of more than 10,000 cancellations it takes the oldest back, as far as they are
     * older than {@link #LASTS}.
     *
     * @param key of a cancellation
     */
    public static Change<OperatorCommand> cancel(ControlState state, ControlKey key, Stamp stamp) {
        return cancel(state, key, stamp, MANY);
    }

    /**
     * As {@link #cancel(ControlState, ControlKey, Stamp)}.
     *
     * @param most how many are kept however old they are, with the new one
     */
    static Change<OperatorCommand> cancel(
            ControlState state, ControlKey key, Stamp stamp, int most) {
        var order = later(new OperatorCommand(stamp.at(), stamp.by()), state.orders().get(key));
        var others =
                state.orders().entrySet().stream()
                        .filter(it -> isCancellation(it.getKey()) && !it.getKey().equals(key))
                        .sorted(Comparator.comparing(it -> it.getValue().at()))
                        .toList();
        var old =
                others.stream()
                        .limit(Math.clamp(others.size() + 1L - most, 0, MOST_REMOVED))
                        .filter(it -> it.getValue().at().isBefore(stamp.at().minus(LASTS)))
                        .map(it -> ControlRecord.removal(it.getKey()));
        return new Change<>(Stream.concat(Stream.of(order.record(key)), old).toList(), order);
    }

    private static OperatorCommand later(OperatorCommand now, @Nullable OperatorCommand before) {
        return before != null && before.at().isAfter(now.at()) ? before : now;
    }

    private static boolean isCancellation(ControlKey key) {
        return key instanceof ControlKey.CancelBatch || key instanceof ControlKey.CancelJob;
    }
}
