package dev.millrace.router.background;

import dev.millrace.contracts.service.StoppableThread;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.streams.KafkaStreams;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pauses the router while the control topic pauses the pipeline, or the cluster refuses the topics
 * of jobs. A paused router stays in its group and processes no records.
 *
 * <p>Runs on its own thread, often enough to apply a pause within a second.
 */
public final class PauseFollower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PauseFollower.class);
    private static final Duration INTERVAL = Duration.ofMillis(250);

    private final KafkaStreams streams;
    private final BooleanSupplier isPaused;
    private final Supplier<Optional<String>> refusal;
    private final StoppableThread thread =
            StoppableThread.every(INTERVAL, "router-pauses", this::follow);

    private PauseFollower(
            KafkaStreams streams, BooleanSupplier isPaused, Supplier<Optional<String>> refusal) {
        this.streams = streams;
        this.isPaused = isPaused;
        this.refusal = refusal;
    }

    /**
     * Applies a pause before anything is routed, and then follows control.
     *
     * @param streams not started yet
     * @param isPaused by control
     * @param refusal why the cluster refuses the topics of jobs; empty without a refusal
     */
    public static PauseFollower start(
            KafkaStreams streams, BooleanSupplier isPaused, Supplier<Optional<String>> refusal) {
        var follower = new PauseFollower(streams, isPaused, refusal);
        follower.runOnce();
        follower.thread.start();
        return follower;
    }

    /** Returns why the cluster refuses the topics of jobs; empty if it does not. */
    public Optional<String> refusal() {
        return refusal.get();
    }

    /** Returns false when the thread has failed. */
    public boolean isRunning() {
        return thread.isAlive();
    }

    private void follow() {
        try {
            runOnce();
        } catch (RuntimeException | Error e) {
            LOG.atError().setCause(e).log("The router no longer follows pauses");
            thread.stop();
        }
    }

    private void runOnce() {
        Optional<String> refused = refusal.get();
        boolean shouldPause = refused.isPresent() || isPaused.getAsBoolean();
        if (shouldPause == streams.isPaused()) {
            return;
        }
        refused.ifPresent(it -> LOG.atWarn().log("No job is routed: {}", it));
        if (shouldPause) {
            streams.pause();
        } else {
            streams.resume();
        }
        LOG.atInfo().log(shouldPause ? "Routing is paused" : "Routing is resumed");
    }

    @Override
    public void close() {
        thread.stop();
    }
}
