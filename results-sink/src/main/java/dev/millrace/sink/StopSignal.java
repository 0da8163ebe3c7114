package dev.millrace.sink;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Signals the sink's thread to stop and interrupts its waits. Thread-safe. */
class StopSignal {
    private final CountDownLatch raised = new CountDownLatch(1);

    void raise() {
        raised.countDown();
    }

    boolean isRaised() {
        return raised.getCount() == 0;
    }

    /** Waits for the given duration or until the signal is raised. */
    void await(Duration duration) {
        try {
            var _ = raised.await(duration.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            raise();
            Thread.currentThread().interrupt();
        }
    }
}
