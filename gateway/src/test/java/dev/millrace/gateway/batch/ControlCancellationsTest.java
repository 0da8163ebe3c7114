package dev.millrace.gateway.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.control.ControlKey.CancelBatch;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.OperatorCommand;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ControlCancellationsTest {
    private static final Instant NOW = Instant.parse("2026-11-27T10:00:00.123456Z");
    private static final Instant EXPIRES = NOW.plus(Duration.ofHours(25));

    private final List<ControlRecord> written = new ArrayList<>();
    private ControlState state = ControlState.EMPTY;
    private final ControlCancellations cancellations =
            new ControlCancellations(this::write, () -> state, () -> NOW);

    private void write(List<ControlRecord> records) {
        for (ControlRecord record : records) {
            written.add(record);
            state = state.with(record.key().text(), record.value());
        }
    }

    private void cancel() {
        cancellations.cancel("acme", "batch_1", NOW, EXPIRES);
    }

    @Test
    void cancellationThatControlHasIsNotWrittenAgain() {
        cancel();
        cancel();

        assertThat(written).hasSize(1);
    }

    @Test
    void cancellationKeepsTheTimeUpToWhichAPersonHasCancelledCalls() {
        write(
                List.of(
                        OperatorCommand.withCalls(NOW, "anna")
                                .record(new CancelBatch("acme", "batch_1"))));

        cancel();

        OperatorCommand command = state.cancellations().get(new CancelBatch("acme", "batch_1"));
        assertThat(command)
                .isEqualTo(
                        new OperatorCommand(
                                NOW, "gateway", Optional.of(NOW), Optional.of(EXPIRES)));
    }
}
