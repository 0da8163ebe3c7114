package dev.millrace.worker.dispatch;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A queue with room for every call in flight, and a bell for a loop that waits elsewhere. */
public final class BoundedMailbox implements Mailbox {
    private final BlockingQueue<Finished> queue;
    private final Runnable bell;
    private final AtomicBoolean isLoopAway = new AtomicBoolean();

    /**
     * @param capacity limit of calls in flight
     * @param bell rung once when a report arrives while the loop is away; from any thread
     */
    public BoundedMailbox(int capacity, Runnable bell) {
        // A call that the watchdog took for lost may report beside the call that replaced it.
        this.queue = new ArrayBlockingQueue<>(2 * capacity);
        this.bell = bell;
    }

    @Override
    public void put(Finished finished) {
        queue.add(finished);
        if (isLoopAway.compareAndSet(true, false)) {
            bell.run();
        }
    }

    @Override
    public @Nullable Finished take(Duration wait) {
        try {
            return wait.isZero() ? queue.poll() : queue.poll(wait.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts the loop", e);
        }
    }

    @Override
    public boolean isEmpty() {
        return queue.isEmpty();
    }

    @Override
    public void onLoopAway(boolean away) {
        isLoopAway.set(away);
    }
}
