package dev.millrace.simulator.http;

import dev.millrace.simulator.provider.OutageSchedule;
import dev.millrace.simulator.settings.Outage;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Closes and opens the port at the outages that refuse connections, on a virtual thread. */
final class OutageSwitch implements AutoCloseable {
    private static final Duration NO_CHANGE = Duration.ofDays(1);

    private final OutageSchedule outages;
    private final Runnable onDown;
    private final Runnable onUp;
    private final Semaphore changes = new Semaphore(0);
    private final Thread thread;
    private boolean isDown;

    /**
     * Starts the thread.
     *
     * @param onDown refuses connections
     * @param onUp accepts connections again
     */
    OutageSwitch(OutageSchedule outages, Runnable onDown, Runnable onUp) {
        this.outages = outages;
        this.onDown = onDown;
        this.onUp = onUp;
        this.thread = Thread.ofVirtual().name("outages").unstarted(this::run);
        outages.onChange(changes::release);
        thread.start();
    }

    private void run() {
        try {
            while (true) {
                runOnce();
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    /** Opens or closes the port as the schedule says, then waits for the next change. */
    private void runOnce() throws InterruptedException {
        boolean shouldBeDown =
                outages.active()
                        .filter(it -> it.outage().form() == Outage.Form.REFUSED)
                        .isPresent();
        if (shouldBeDown != isDown) {
            isDown = shouldBeDown;
            (isDown ? onDown : onUp).run();
        }
        Duration wait = outages.untilChange().orElse(NO_CHANGE);
        boolean _ = changes.tryAcquire(wait.toNanos(), TimeUnit.NANOSECONDS);
        int _ = changes.drainPermits();
    }

    /** Ends the thread and waits for it. */
    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
