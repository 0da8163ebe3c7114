package dev.millrace.worker.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A pace that was learnt while a provider hung must not outlast that. */
class CallPacerRecoveryTest {
    @Nested
    class AfterCallsThatTimedOut {
        @ParameterizedTest
        @ValueSource(ints = {2, 20, 2_000})
        void fastCallsStartAgainWithinSeconds(int slots) {
            var pace = new CallPacer(slots, 0);
            for (int i = 0; i < 300; i++) {
                pace.onEnded(Duration.ofMinutes(10).toNanos());
            }
            long now = Duration.ofHours(1).toNanos();
            long longestStall = 0;
            // Runs one call of 100 ms at a time, so all other slots are free.
            for (int i = 0; i < 300; i++) {
                long wait = pace.waitNanos(now);
                longestStall = Math.max(longestStall, wait);
                now += wait;
                pace.onStarted(now);
                now += Duration.ofMillis(100).toNanos();
                pace.onEnded(Duration.ofMillis(100).toNanos());
            }
            assertThat(Duration.ofNanos(longestStall)).isLessThan(Duration.ofSeconds(1));
        }
    }
}
