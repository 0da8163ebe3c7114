package dev.millrace.worker.loop;

import dev.millrace.worker.port.LoopClock;
import java.time.Duration;
import java.time.Instant;

/** Both clocks of a loop. The ticker starts just before it overflows. */
final class FakeTime {
    private long nanos = Long.MAX_VALUE - 1_000;
    private Instant now = FakeCluster.SUBMITTED.plusSeconds(1);

    LoopClock clock() {
        return new LoopClock(() -> now, () -> nanos);
    }

    void advance(Duration by) {
        nanos += by.toNanos();
        now = now.plus(by);
    }

    /** Sets the clock back, as an operator or a time server may do. The ticker continues. */
    void setBack(Duration by) {
        now = now.minus(by);
    }

    Instant now() {
        return now;
    }
}
