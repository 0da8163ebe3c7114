package dev.millrace.contracts.service;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A thread whose pauses end when it is stopped. Any thread may call its methods. */
public final class StoppableThread implements AutoCloseable {
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Thread thread;
    private boolean isStarted;

    /** Work that is repeated. */
    @FunctionalInterface
    public interface Turn {
        void runOnce() throws InterruptedException;
    }

    private StoppableThread(Thread.Builder builder, String name, Runnable loop) {
        thread = builder.name(name).unstarted(loop);
    }

    private StoppableThread(String name, Duration interval, Turn turn, boolean beginsAtOnce) {
        thread =
                Thread.ofVirtual().name(name).unstarted(() -> repeat(interval, turn, beginsAtOnce));
    }

    /**
     * Creates a platform thread that is a daemon.
     *
     * @param loop ends soon after {@link #isOpen} has become false
     */
    public static StoppableThread of(String name, Runnable loop) {
        return new StoppableThread(Thread.ofPlatform().daemon(), name, loop);
    }

    /** Creates a virtual thread that runs the turn after each interval. */
    public static StoppableThread every(Duration interval, String name, Turn turn) {
        return new StoppableThread(name, interval, turn, false);
    }

    /** Creates a virtual thread that runs the turn at its start and after each interval. */
    public static StoppableThread nowAndEvery(Duration interval, String name, Turn turn) {
        return new StoppableThread(name, interval, turn, true);
    }

    private void repeat(Duration interval, Turn turn, boolean beginsAtOnce) {
        try {
            if (beginsAtOnce) {
                turn.runOnce();
            }
            while (pause(interval)) {
                turn.runOnce();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Starts the thread, unless it was started or stopped before. */
    public synchronized void start() {
        if (!isStarted && isOpen()) {
            isStarted = true;
            thread.start();
        }
    }

    /** Returns false once the thread must end. */
    public boolean isOpen() {
        return stopped.getCount() > 0;
    }

    /** Returns true from the start of the thread to its end. */
    public boolean isAlive() {
        return thread.isAlive();
    }

    /**
     * Waits until the thread is stopped, at most for the given time. An interrupt stops the thread.
     *
     * @return false if the thread must end
     */
    public boolean pause(Duration longest) {
        try {
            return !stopped.await(longest.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            stop();
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Lets the thread end after its current work. */
    public void stop() {
        stopped.countDown();
    }

    /** Interrupts the current work of the thread, which must end. */
    public void interrupt() {
        stop();
        thread.interrupt();
    }

    /**
     * Waits for the end of the thread.
     *
     * @return true if it has ended
     */
    public boolean join(Duration longest) {
        try {
            return !thread.isAlive() || thread.join(longest);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Stops the thread and waits for its end. */
    @Override
    public void close() {
        stop();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
