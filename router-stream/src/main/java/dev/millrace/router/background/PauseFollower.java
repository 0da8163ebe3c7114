package dev.millrace.router.background;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.streams.KafkaStreams;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pauses the router while the control topic pauses the pipeline. A paused router stays in its group
 * and processes no records.
 *
 * <p>Runs on its own thread, often enough to apply a pause within a second.
 */
public final class PauseFollower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PauseFollower.class);
    private static final Duration INTERVAL = Duration.ofMillis(250);

    private final KafkaStreams streams;
    private final BooleanSupplier isPaused;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    private PauseFollower(KafkaStreams streams, BooleanSupplier isPaused) {
        this.streams = streams;
        this.isPaused = isPaused;
        thread =
                Thread.ofVirtual()
                        .name("router-pauses")
                        .uncaughtExceptionHandler(
                                (_, e) ->
                                        LOG.atError()
                                                .setCause(e)
                                                .log("The router no longer follows pauses"))
                        .unstarted(this::run);
    }

    /**
     * Applies a pause before anything is routed, and then follows control.
     *
     * @param streams not started yet
     */
    public static PauseFollower start(KafkaStreams streams, BooleanSupplier isPaused) {
        var follower = new PauseFollower(streams, isPaused);
        follower.runOnce();
        follower.thread.start();
        return follower;
    }

    /** Returns false when the thread has failed. */
    public boolean isRunning() {
        return thread.isAlive();
    }

    private void run() {
        try {
            while (!closed.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
                runOnce();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void runOnce() {
        boolean shouldPause = isPaused.getAsBoolean();
        if (shouldPause == streams.isPaused()) {
            return;
        }
        if (shouldPause) {
            streams.pause();
        } else {
            streams.resume();
        }
        LOG.atInfo().log(shouldPause ? "Routing is paused" : "Routing is resumed");
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
