package dev.millrace.worker.dispatch;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The mailbox of a running loop. Wakes the loop while it waits in a poll. */
public final class LoopMailbox implements Mailbox {
    /** One of this many takes prefers a job that is not critical, so that these progress, too. */
    private static final int TAKES_PER_OTHER = 4;

    private final Queue<Finished> critical = new ConcurrentLinkedQueue<>();
    private final Queue<Finished> others = new ConcurrentLinkedQueue<>();

    /** Counts the reports in both queues. */
    private final Semaphore reports = new Semaphore(0);

    private final Runnable wakeup;
    private final AtomicBoolean isLoopPolling = new AtomicBoolean();
    private int takes;

    /**
     * @param wakeup run once when a report arrives or {@link #wake} is called while the loop polls;
     *     on any thread
     */
    public LoopMailbox(Runnable wakeup) {
        this.wakeup = wakeup;
    }

    @Override
    public void put(Finished finished) {
        (finished.call().isCritical() ? critical : others).add(finished);
        reports.release();
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
            boolean hasReport =
                    wait.isZero()
                            ? reports.tryAcquire()
                            : reports.tryAcquire(wait.toNanos(), TimeUnit.NANOSECONDS);
            return hasReport ? take() : null;
        } catch (InterruptedException e) {
            throw new IllegalStateException("the loop is never interrupted", e);
        }
    }

    private @Nullable Finished take() {
        takes = (takes + 1) % TAKES_PER_OTHER;
        Queue<Finished> first = takes == 0 ? others : critical;
        Finished next = first.poll();
        return next != null ? next : (takes == 0 ? critical : others).poll();
    }

    @Override
    public boolean isEmpty() {
        return reports.availablePermits() == 0;
    }

    @Override
    public void setLoopPolling(boolean isPolling) {
        isLoopPolling.set(isPolling);
    }
}
