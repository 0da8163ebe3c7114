package dev.millrace.standalone.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.OperatorCommand;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class CancellationsTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final Stamp STAMP = new Stamp(NOON, "me", Optional.empty());
    private static final ControlKey BATCH = new ControlKey.CancelBatch("acme", "b");
    private static final ControlKey OTHER = new ControlKey.CancelBatch("acme", "other");

    private static ControlState ordered(ControlKey key, Duration ago) {
        var record = new OperatorCommand(NOON.minus(ago), "me").record(key);
        return ControlState.EMPTY.with(key.text(), record.value());
    }

    private static ControlState after(ControlState before) {
        var state = before;
        for (var record : Cancellations.cancel(before, BATCH, STAMP).records()) {
            state = state.with(record.key().text(), record.value());
        }
        return state;
    }

    @Nested
    class WhenSomethingIsCancelled {
        @Test
        void itIsFromNowOn() {
            assertThat(after(ControlState.EMPTY).orders())
                    .containsOnlyKeys(BATCH)
                    .containsEntry(BATCH, new OperatorCommand(NOON, "me"));
        }

        @Test
        void itIsAgainWhenItWasLongAgo() {
            assertThat(after(ordered(BATCH, Duration.ofDays(31))).orders())
                    .containsEntry(BATCH, new OperatorCommand(NOON, "me"));
        }
    }

    /** The clock that cancelled it before was ahead of this one. */
    @Nested
    class WhenItIsCancelledUntilLater {
        @Test
        void itStaysSo() {
            var state = ordered(BATCH, Duration.ofMinutes(-5));
            var later = new OperatorCommand(NOON.plus(Duration.ofMinutes(5)), "me");

            assertThat(after(state).orders()).containsEntry(BATCH, later);
            assertThat(Cancellations.cancel(state, BATCH, STAMP).result()).isEqualTo(later);
        }
    }

    @Nested
    class WhenSomethingElseWasCancelled {
        @Test
        void itHoldsHoweverLongItsJobsWait() {
            assertThat(after(ordered(OTHER, Duration.ofDays(99))).orders())
                    .containsOnlyKeys(BATCH, OTHER);
        }
    }

    @Nested
    class WhenThereAreMoreThanAreKept {
        private static final ControlKey OLDER = new ControlKey.CancelBatch("acme", "older");

        private Set<ControlKey> left(Duration ago) {
            var record = new OperatorCommand(NOON.minus(ago).minusSeconds(1), "me").record(OLDER);
            var state = ordered(OTHER, ago).with(OLDER.text(), record.value());
            for (var each : Cancellations.cancel(state, BATCH, STAMP, 2).records()) {
                state = state.with(each.key().text(), each.value());
            }
            return state.orders().keySet();
        }

        @Test
        void theOldestIsForgottenAfterThirtyDays() {
            assertThat(left(Cancellations.LASTS)).containsOnly(BATCH, OTHER);
        }

        @Test
        void allHoldUntilThen() {
            assertThat(left(Cancellations.LASTS.minusSeconds(1))).containsOnly(BATCH, OTHER, OLDER);
        }
    }

    @Nested
    class WhenSomethingWasPausedLongAgo {
        @Test
        void itStaysSo() {
            var pause = new ControlKey.PauseModel("gpt-4.1");

            assertThat(after(ordered(pause, Duration.ofDays(99))).orders())
                    .containsOnlyKeys(BATCH, pause);
        }
    }
}
