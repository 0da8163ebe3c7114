package dev.millrace.worker.dispatch;

import java.time.Duration;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A queue with room for every call in flight. Wakes the loop while it waits in a poll. */
public final class BoundedMailbox implements Mailbox {
    private final BlockingDeque<Finished> queue;
    private final Runnable wakeup;
    private final AtomicBoolean isLoopPolling = new AtomicBoolean();

    /**
     * @param calls maximum number of calls in flight, overdraft included
     * @param wakeup run once when a report arrives or {@link #wake} is called while the loop polls;
     *     on any thread
     */
    public BoundedMailbox(int calls, Runnable wakeup) {
        // A call that the watchdog declared lost can still report, besides the call that replaces
        // it.
        this.queue = new LinkedBlockingDeque<>(2 * calls);
        this.wakeup = wakeup;
    }

    @Override
    public void put(Finished finished) {
        if (finished.call().isCritical()) {
            queue.addFirst(finished);
        } else {
            queue.add(finished);
        }
        wake();
    }

    /** Wakes the loop if it polls. From any thread. */
    public void wake() {
        if (isLoopPolling.compareAndSet(true, false)) {
            wakeup.run();
        }
    }

    @Override
    public @Nullable Finished take(Duration wait) {
        try {
            return wait.isZero() ? queue.poll() : queue.poll(wait.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException("the loop is never interrupted", e);
        }
    }

    @Override
    public boolean isEmpty() {
        return queue.isEmpty();
    }

    @Override
    public void setLoopPolling(boolean isPolling) {
        isLoopPolling.set(isPolling);
    }
}
