package dev.millrace.gateway.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contracts.control.ControlKey.CancelBatch;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.OperatorCommand;
import dev.millrace.gateway.http.ApiError;
import dev.millrace.gateway.http.ErrorKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
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

    /** Every service holds each cancellation, for 30 days at worst. */
    @Test
    void tenantThatCancelsManyBatchesLeavesRoomForOthers() {
        var few = new ControlCancellations(this::write, () -> state, () -> NOW, 4);
        few.cancel("acme", "batch_1", NOW, EXPIRES);
        few.cancel("acme", "batch_2", NOW, EXPIRES);

        few.requireRoom("globex");
        assertThatThrownBy(() -> few.requireRoom("acme"))
                .isInstanceOfSatisfying(
                        ApiError.class,
                        it -> assertThat(it.kind()).isEqualTo(ErrorKind.RATE_LIMITED));
    }

    @Test
    void roomIsCountedOnceASecond() {
        var now = new AtomicReference<>(NOW);
        var few = new ControlCancellations(this::write, () -> state, now::get, 2);
        few.requireRoom("acme");

        few.cancel("acme", "batch_1", NOW, EXPIRES);

        few.requireRoom("acme");
        now.set(NOW.plusSeconds(1));
        assertThatThrownBy(() -> few.requireRoom("acme")).isInstanceOf(ApiError.class);
    }

    @Test
    void cancellationsOfAPersonLeaveTheRoomToClients() {
        var few = new ControlCancellations(this::write, () -> state, () -> NOW, 2);
        write(
                List.of(
                        OperatorCommand.withCalls(NOW, "anna")
                                .record(new CancelBatch("acme", "batch_1"))));

        few.requireRoom("acme");
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
