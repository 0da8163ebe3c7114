package dev.millrace.standalone.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.OperatorCommand;
import dev.millrace.standalone.client.ChangeMetadata;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class CancellationsTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final ChangeMetadata METADATA = new ChangeMetadata(NOON, "me", Optional.empty());
    private static final ControlKey.Cancellation BATCH = new ControlKey.CancelBatch("acme", "b");
    private static final ControlKey.Cancellation OTHER =
            new ControlKey.CancelBatch("acme", "other");

    private static ControlState stateWith(ControlKey key, Duration ago) {
        var record = new OperatorCommand(NOON.minus(ago), "me").record(key);
        return ControlState.EMPTY.with(key.text(), record.value());
    }

    private static ControlState afterCancelling(ControlState before) {
        return afterCancelling(before, false);
    }

    private static ControlState afterCancelling(ControlState before, boolean withCalls) {
        var state = before;
        for (var record : Cancellations.cancel(before, BATCH, withCalls, METADATA).records()) {
            state = state.with(record.key().text(), record.value());
        }
        return state;
    }

    @Nested
    class ACancelledBatch {
        @Test
        void storesTimeAndUser() {
            assertThat(afterCancelling(ControlState.EMPTY).cancellations())
                    .containsOnlyKeys(BATCH)
                    .containsEntry(BATCH, new OperatorCommand(NOON, "me"));
        }

        @Test
        void isUpdatedWhenItWasCancelledLongAgo() {
            assertThat(afterCancelling(stateWith(BATCH, Duration.ofDays(31))).cancellations())
                    .containsEntry(BATCH, new OperatorCommand(NOON, "me"));
        }
    }

    /** The clock of the earlier cancellation was ahead of this clock. */
    @Nested
    class ACancellationWithALaterTime {
        @Test
        void keepsTheLaterTime() {
            var state = stateWith(BATCH, Duration.ofMinutes(-5));
            var later = new OperatorCommand(NOON.plus(Duration.ofMinutes(5)), "me");

            assertThat(afterCancelling(state).cancellations()).containsEntry(BATCH, later);
            assertThat(Cancellations.cancel(state, BATCH, false, METADATA).result())
                    .isEqualTo(later);
        }
    }

    @Nested
    class ABatchCancelledWithItsCalls {
        private static OperatorCommand withCalls(Duration after) {
            return OperatorCommand.withCalls(NOON.plus(after), "me");
        }

        private static ControlState stateWith(OperatorCommand command) {
            return ControlState.EMPTY.with(BATCH.text(), command.record(BATCH).value());
        }

        @Test
        void abortsTheCallsOfJobsSubmittedUntilNow() {
            assertThat(afterCancelling(ControlState.EMPTY, true).cancellations())
                    .containsEntry(BATCH, withCalls(Duration.ZERO));
        }

        @Test
        void keepsTheTimeForCallsWhenItIsCancelledAgainWithoutThem() {
            var earlier = stateWith(withCalls(Duration.ofMinutes(-5)));

            assertThat(afterCancelling(earlier).cancellations())
                    .containsEntry(
                            BATCH,
                            new OperatorCommand(
                                    NOON,
                                    "me",
                                    Optional.of(NOON.minus(Duration.ofMinutes(5))),
                                    Optional.empty()));
        }

        @Test
        void abortsTheCallsUpToALaterTimeThatAppliesAlready() {
            var later = stateWith(new OperatorCommand(NOON.plusSeconds(9), "me"));

            assertThat(afterCancelling(later, true).cancellations())
                    .containsEntry(BATCH, withCalls(Duration.ofSeconds(9)));
        }
    }

    @Nested
    class AnEarlierCancellationOfAnotherBatch {
        @Test
        void isKeptRegardlessOfItsAge() {
            assertThat(afterCancelling(stateWith(OTHER, Duration.ofDays(99))).cancellations())
                    .containsOnlyKeys(BATCH, OTHER);
        }
    }

    @Nested
    class MoreCancellationsThanAreKept {
        private static final ControlKey.Cancellation OLDER =
                new ControlKey.CancelBatch("acme", "older");

        private Set<ControlKey.Cancellation> kept(Duration ago) {
            var record = new OperatorCommand(NOON.minus(ago).minusSeconds(1), "me").record(OLDER);
            var state = stateWith(OTHER, ago).with(OLDER.text(), record.value());
            for (var each : Cancellations.cancel(state, BATCH, false, METADATA, 2).records()) {
                state = state.with(each.key().text(), each.value());
            }
            return state.cancellations().keySet();
        }

        @Test
        void loseTheOldestAfterThirtyDays() {
            assertThat(kept(Cancellations.MIN_RETENTION)).containsOnly(BATCH, OTHER);
        }

        @Test
        void areAllKeptForThirtyDays() {
            assertThat(kept(Cancellations.MIN_RETENTION.minusSeconds(1)))
                    .containsOnly(BATCH, OTHER, OLDER);
        }
    }

    @Nested
    class AnOldPause {
        @Test
        void isNotRemovedByACancellation() {
            var pause = new ControlKey.PauseModel("gpt-4.1");

            assertThat(afterCancelling(stateWith(pause, Duration.ofDays(99))).commands())
                    .containsOnlyKeys(pause);
        }
    }
}
