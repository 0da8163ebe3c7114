package dev.millrace.standalone.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.control.ControlWriter.Change;
import dev.millrace.standalone.client.ChangeMetadata;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class PausesTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final ControlKey.Pause TENANT = new ControlKey.PauseTenant("acme");
    private static final ControlKey.Pause BATCH = new ControlKey.PauseBatch("acme", "b");

    private static ChangeMetadata at(Instant time) {
        return new ChangeMetadata(time, "me", Optional.empty());
    }

    private static ControlState after(ControlState before, Change<?> change) {
        var state = before;
        for (var record : change.records()) {
            state = state.with(record.key().text(), record.value());
        }
        return state;
    }

    private static ControlState paused(ControlKey.Pause key, Optional<Duration> time) {
        return after(ControlState.EMPTY, Pauses.pause(ControlState.EMPTY, key, time, at(NOON)));
    }

    private static final ControlState FOR_AN_HOUR =
            paused(TENANT, Optional.of(Duration.ofHours(1)));

    @Nested
    class APause {
        @Test
        void expiresAfterTheGivenTime() {
            assertThat(FOR_AN_HOUR.nextExpiry()).contains(NOON.plus(Duration.ofHours(1)));
        }

        @Test
        void neverExpiresWithoutATime() {
            assertThat(paused(TENANT, Optional.empty()).nextExpiry()).isEmpty();
        }

        @Test
        void replacesAnEarlierOneOfTheSameTarget() {
            var change = Pauses.pause(FOR_AN_HOUR, TENANT, Optional.empty(), at(NOON));

            assertThat(after(FOR_AN_HOUR, change).nextExpiry()).isEmpty();
        }
    }

    @Nested
    class AResume {
        @Test
        void removesThePause() {
            var change = Pauses.resume(FOR_AN_HOUR, TENANT, NOON);

            assertThat(change.result()).isTrue();
            assertThat(change.records()).containsExactly(ControlRecord.removal(TENANT));
        }

        @Test
        void writesNothingWithoutAPause() {
            var change = Pauses.resume(FOR_AN_HOUR, BATCH, NOON);

            assertThat(change.result()).isFalse();
            assertThat(change.records()).isEmpty();
        }
    }

    @Nested
    class AnExpiredPause {
        private static final Instant LATER = NOON.plus(Duration.ofHours(1));

        @Test
        void isRemovedByTheNextPause() {
            var change = Pauses.pause(FOR_AN_HOUR, BATCH, Optional.empty(), at(LATER));

            assertThat(after(FOR_AN_HOUR, change).commands()).containsOnlyKeys(BATCH);
        }

        @Test
        void isRemovedByAResumeButWasNotInEffect() {
            var change = Pauses.resume(FOR_AN_HOUR, TENANT, LATER);

            assertThat(change.result()).isFalse();
            assertThat(after(FOR_AN_HOUR, change).commands()).isEmpty();
        }
    }
}
