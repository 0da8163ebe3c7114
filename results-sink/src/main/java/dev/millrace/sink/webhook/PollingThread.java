package dev.millrace.sink.webhook;

import dev.millrace.sink.database.DatabaseException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Repeats a turn until it is stopped, and then once more until nothing is left to do. Waits while
 * there is nothing to do, and while the database is not available.
 */
final class PollingThread {
    private static final Logger LOG = LoggerFactory.getLogger(PollingThread.class);
    private static final long WAIT_MILLIS = 1_000;

    private final Turn turn;
    private final Runnable end;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final CountDownLatch aborted = new CountDownLatch(1);
    private final Thread thread;
    private boolean isFailing;

    /** One turn of the thread. */
    interface Turn {
        /**
         * Runs the turn.
         *
         * @param isLast whether the thread is stopping
         * @return true if there may be more to do at once
         */
        boolean runOnce(boolean isLast) throws DatabaseException;
    }

    /**
     * @param end runs on the thread at its end
     */
    PollingThread(String name, Turn turn, Runnable end) {
        this.turn = turn;
        this.end = end;
        this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            boolean isStopping = false;
            while (!isStopping) {
                isStopping = stopping.await(WAIT_MILLIS, TimeUnit.MILLISECONDS);
                runTurns(isStopping);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            LOG.atError()
                    .addKeyValue("thread", thread.getName())
                    .setCause(e)
                    .log("webhooks have stopped because of an unexpected error");
        } finally {
            end.run();
        }
    }

    private void runTurns(boolean isLast) {
        try {
            while (aborted.getCount() > 0 && turn.runOnce(isLast)) {
                isFailing = false;
            }
            isFailing = false;
        } catch (DatabaseException e) {
            if (!isFailing) {
                isFailing = true;
                LOG.atWarn()
                        .addKeyValue("problem", e.getMessage())
                        .log("webhooks wait for the database");
            }
        }
    }

    /** Returns false after the thread has ended. */
    boolean isAlive() {
        return thread.isAlive();
    }

    /** Lets the thread end after its last turns. */
    void stop() {
        stopping.countDown();
    }

    /** Lets the thread end after the current turn. */
    void abort() {
        aborted.countDown();
        stopping.countDown();
    }

    /**
     * Waits for the end of the thread.
     *
     * @return true if it has ended
     */
    boolean join(Duration limit) {
        try {
            return thread.join(limit);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
