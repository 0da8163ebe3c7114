package dev.millrace.webhooks;

import dev.millrace.contracts.service.StoppableThread;
import dev.millrace.store.database.DatabaseException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Repeats a turn until it is stopped, and then until nothing is left to do. Waits while there is
 * nothing to do, and while the database is not available.
 */
final class PollingThread {
    private static final Logger LOG = LoggerFactory.getLogger(PollingThread.class);
    private static final Duration WAIT = Duration.ofSeconds(1);

    private final Turn turn;
    private final Runnable end;
    private final String name;
    private final StoppableThread thread;
    private volatile boolean isAborted;
    private boolean isFailing;

    /** One turn of the thread. */
    interface Turn {
        /**
         * Runs one round of the work.
         *
         * @param isLast true if the thread is stopping
         * @return true if there is possibly more to do at once
         */
        boolean runOnce(boolean isLast) throws DatabaseException;
    }

    /**
     * @param end runs on the thread at its end
     */
    PollingThread(String name, Turn turn, Runnable end) {
        this.turn = turn;
        this.end = end;
        this.name = name;
        this.thread = StoppableThread.of(name, this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            boolean isStopping = false;
            while (!isStopping) {
                isStopping = !thread.pause(WAIT);
                runTurns(isStopping);
            }
        } catch (RuntimeException | Error e) {
            LOG.atError()
                    .addKeyValue("thread", name)
                    .setCause(e)
                    .log("webhooks have stopped because of an unexpected error");
        } finally {
            end.run();
        }
    }

    private void runTurns(boolean isLast) {
        try {
            while (!isAborted && turn.runOnce(isLast)) {
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
        thread.stop();
    }

    /** Lets the thread end after the current turn. */
    void abort() {
        isAborted = true;
        thread.stop();
    }

    /**
     * Waits for the end of the thread.
     *
     * @return true if it has ended
     */
    boolean join(Duration limit) {
        return thread.join(limit);
    }
}
