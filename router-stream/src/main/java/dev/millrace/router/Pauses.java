package dev.millrace.router;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.streams.KafkaStreams;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pauses the router while control pauses everything: its threads stay in their group, and take
 * nothing. Looks often enough to be in force within a second, on a thread of its own.
 */
final class Pauses implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Pauses.class);
    private static final Duration EVERY = Duration.ofMillis(250);

    private final KafkaStreams streams;
    private final BooleanSupplier isPaused;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    private Pauses(KafkaStreams streams, BooleanSupplier isPaused) {
        this.streams = streams;
        this.isPaused = isPaused;
        thread =
                Thread.ofVirtual()
                        .name("router-pauses")
                        .uncaughtExceptionHandler(
                                (_, e) ->
                                        LOG.atError().setCause(e).log("Pauses are no longer seen"))
                        .unstarted(this::run);
    }

    /**
     * Looks once, before anything is routed, and then goes on.
     *
     * @param streams not started yet
     */
    static Pauses start(KafkaStreams streams, BooleanSupplier isPaused) {
        var pauses = new Pauses(streams, isPaused);
        pauses.look();
        pauses.thread.start();
        return pauses;
    }

    /** Whether it still looks. */
    boolean isLooking() {
        return thread.isAlive();
    }

    private void run() {
        try {
            while (!closed.await(EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        boolean wanted = isPaused.getAsBoolean();
        if (wanted == streams.isPaused()) {
            return;
        }
        if (wanted) {
            streams.pause();
        } else {
            streams.resume();
        }
        LOG.atInfo().log(wanted ? "Routing is paused" : "Routing goes on");
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
