package dev.millrace.standalone.control;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.ControlWriter.Change;
import dev.millrace.contracts.control.Order;
import java.time.Duration;
import java.util.stream.Stream;

/** What becomes of cancellations, as functions of what control says. */
public final class Cancellations {
    /** Whoever follows control holds each of them, and no job waits for so long. */
    static final Duration LASTS = Duration.ofDays(30);

    /** Taken back in one transaction. */
    private static final int MOST_REMOVED = 10_000;

    private Cancellations() {}

    /**
     * Cancels, and takes back cancellations of others that are older than {@link #LASTS}.
     *
     * @param key of a cancellation
     */
    public static Change<Order> cancel(ControlState state, ControlKey key, Stamp stamp) {
        var order = new Order(stamp.at(), stamp.by());
        var old =
                state.orders().entrySet().stream()
                        .filter(it -> isCancellation(it.getKey()) && !it.getKey().equals(key))
                        .filter(it -> it.getValue().at().isBefore(stamp.at().minus(LASTS)))
                        .limit(MOST_REMOVED)
                        .map(it -> ControlRecord.removal(it.getKey()));
        return new Change<>(Stream.concat(Stream.of(order.record(key)), old).toList(), order);
    }

    private static boolean isCancellation(ControlKey key) {
        return key instanceof ControlKey.CancelBatch || key instanceof ControlKey.CancelJob;
    }
}
