package dev.millrace.gateway.batch;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.OperatorCommand;
import dev.millrace.control.ControlWriter;
import java.time.Instant;
import java.util.List;

/** Writes cancellations of batches to the control topic. Thread-safe. */
public final class ControlCancellations implements Cancellations {
    private static final String BY = "gateway";

    private final ControlWriter writer;

    public ControlCancellations(ControlWriter writer) {
        this.writer = writer;
    }

    @Override
    public synchronized void cancel(String tenant, String batch, Instant at) {
        var command = new OperatorCommand(at, BY);
        var record = command.record(new ControlKey.CancelBatch(tenant, batch));
        var _ = writer.write(_ -> new ControlWriter.Change<>(List.of(record), true));
    }
}
