package dev.millrace.worker.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.worker.limits.PauseAndCancelState;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** A record of control makes the worker look at its jobs only if it can concern them. */
class ControlRefreshTest {
    private static final ControlKey TENANT = new ControlKey.PauseTenant("t");
    private static final Instant NOW = FakeCluster.SUBMITTED.plusSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final FakeTime time = new FakeTime();
    private final FakeControl control = new FakeControl();
    private final PauseAndCancelState state =
            new PauseAndCancelState(control, time.clock(), Set.of(FakeCluster.MODEL));

    @Nested
    class ANewRecord {
        @Test
        void firstReadIsAChange() {
            assertThat(state.refresh()).isTrue();
            assertThat(state.refresh()).isFalse();
        }

        @Test
        void breakersOfAWorkerAreNoChange() {
            state.refresh();

            control.publishBreakers("other", NOW);

            assertThat(state.refresh()).isFalse();
        }

        @Test
        void cancellationAfterABreakerIsAChange() {
            state.refresh();
            control.publishBreakers("other", NOW);
            control.publish(new ControlKey.CancelBatch("t", "b"), NOW);

            assertThat(state.refresh()).isTrue();
        }

        @Test
        void endOfAPauseIsAChange() {
            control.publish(TENANT, NOW);
            state.refresh();

            control.remove(TENANT);

            assertThat(state.refresh()).isTrue();
            assertThat(state.pausedJobs()).isEmpty();
        }
    }

    @Nested
    class AnExpiredPause {
        private void expire() {
            control.publish(TENANT, NOW, time.now().plus(MINUTE));
            state.refresh();
            assertThat(state.pausedJobs()).containsExactly("tenant t");
            time.advance(MINUTE);
            assertThat(state.refresh()).isTrue();
            assertThat(state.pausedJobs()).isEmpty();
        }

        @Test
        void pauseDoesNotReturnWhenTheClockIsSetBack() {
            expire();
            time.setBack(MINUTE);

            control.publish(new ControlKey.CancelBatch("t", "b"), NOW);
            state.refresh();

            assertThat(state.pausedJobs()).isEmpty();
        }

        @Test
        void newPauseOfTheTenantHasEffect() {
            expire();
            time.setBack(MINUTE);

            control.publish(TENANT, NOW, time.now().plus(MINUTE.multipliedBy(2)));
            state.refresh();

            assertThat(state.pausedJobs()).containsExactly("tenant t");
        }
    }
}
