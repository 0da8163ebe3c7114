package dev.millrace.gateway.batch;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.OperatorCommand;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Writes cancellations of batches to the control topic, and removes all expired cancellations that
 * gateways have written. Thread-safe.
 */
public final class ControlCancellations implements BatchCancellations {
    /** Author, in the control topic, of the commands that gateways write for their clients. */
    private static final String BY = "gateway";

    private final Consumer<List<ControlRecord>> control;
    private final Supplier<ControlState> state;
    private final InstantSource clock;

    /**
     * @param control writes records to the control topic
     * @param state supplies the state of control
     */
    public ControlCancellations(
            Consumer<List<ControlRecord>> control,
            Supplier<ControlState> state,
            InstantSource clock) {
        this.control = control;
        this.state = state;
        this.clock = clock;
    }

    @Override
    public void cancel(String tenant, String batch, Instant at, Instant expires) {
        var key = new ControlKey.CancelBatch(tenant, batch);
        Optional<OperatorCommand> present =
                Optional.ofNullable(state.get().cancellations().get(key));
        // An operator may also have cancelled the running calls, which stays in force.
        Optional<Instant> runningAt = present.flatMap(OperatorCommand::runningAt);
        var command = new OperatorCommand(at, BY, runningAt, Optional.of(expires));
        // Every service reads each record, so a batch that is cancelled repeatedly gets only one.
        if (present.filter(command::equals).isEmpty()) {
            control.accept(List.of(command.record(key)));
        }
    }

    /**
     * Removes the expired cancellations that gateways have written, of batches and jobs.
     *
     * @throws org.apache.kafka.common.KafkaException if they could not be removed
     */
    public void removeExpired() {
        Instant now = clock.instant();
        var expired = new ArrayList<ControlRecord>();
        state.get()
                .cancellations()
                .forEach(
                        (key, command) -> {
                            if (command.by().equals(BY) && command.isExpired(now)) {
                                expired.add(ControlRecord.removal(key));
                            }
                        });
        control.accept(expired);
    }
}
