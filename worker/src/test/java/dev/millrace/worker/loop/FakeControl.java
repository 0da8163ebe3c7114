package dev.millrace.worker.loop;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.OperatorCommand;
import dev.millrace.contracts.control.WorkerReport;
import dev.millrace.contracts.service.Health;
import dev.millrace.worker.port.Control;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A control state that the test changes. */
final class FakeControl implements Control {
    private ControlState state = ControlState.EMPTY;
    boolean isRead = true;
    Health health = Health.ready("following");
    boolean isClosed;

    /** Publishes a cancellation or a pause. */
    void publish(ControlKey key, Instant at) {
        take(new OperatorCommand(at, "test").record(key));
    }

    /** Publishes a cancellation that also aborts running calls. */
    void publishWithCalls(ControlKey key, Instant at) {
        take(OperatorCommand.withCalls(at, "test").record(key));
    }

    /** Publishes a pause that expires. */
    void publish(ControlKey key, Instant at, Instant expires) {
        take(new OperatorCommand(at, "test", Optional.empty(), Optional.of(expires)).record(key));
    }

    /** Publishes the open breakers of a worker. */
    void publishBreakers(String instance, Instant expires) {
        take(new WorkerReport(expires, List.of()).record(instance));
    }

    /** Removes a published cancellation or pause. */
    void remove(ControlKey key) {
        take(ControlRecord.removal(key));
    }

    void take(ControlRecord record) {
        state = state.with(record.key().text(), record.value());
    }

    @Override
    public Optional<ControlState> state() {
        return isRead ? Optional.of(state) : Optional.empty();
    }

    @Override
    public Health health() {
        return health;
    }

    @Override
    public void close() {
        isClosed = true;
    }
}
