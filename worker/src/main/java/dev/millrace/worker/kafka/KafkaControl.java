package dev.millrace.worker.kafka;

import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.service.Health;
import dev.millrace.contracts.service.StoppableThread;
import dev.millrace.control.ControlFollower;
import dev.millrace.worker.port.Control;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the control topic. Its own thread retries the first read until the cluster answers; then
 * the follower's thread takes over.
 */
public final class KafkaControl implements Control {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaControl.class);
    private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(200);

    private final Supplier<ControlFollower> followers;
    private final StoppableThread thread =
            StoppableThread.of("millrace-worker-control", this::begin);

    /** Guarded by this. Closed by {@link #close}, or by its start if that is later. */
    private @Nullable ControlFollower follower;

    /** The health while there is no follower. */
    private volatile Health healthBeforeStart = Health.waiting("control has not been read yet");

    KafkaControl(Supplier<ControlFollower> followers) {
        this.followers = followers;
    }

    /** Starts to read the control topic, and returns at once. */
    public static KafkaControl open(ClientSettings settings) {
        var control =
                new KafkaControl(() -> ControlFollower.start(settings.user(), settings.prefix()));
        control.thread.start();
        return control;
    }

    /** Retries, on its own thread, until a follower has started or this object is closed. */
    void begin() {
        boolean isFirst = true;
        try {
            while (thread.isOpen() && !tryStart(isFirst)) {
                isFirst = false;
                var _ = thread.pause(BETWEEN_ATTEMPTS);
            }
        } catch (Error e) {
            healthBeforeStart = Health.stopped("control cannot be read: " + e);
            LOG.atError().setCause(e).log("reading the control topic has stopped");
        }
    }

    private boolean tryStart(boolean isFirst) {
        try {
            onStarted(followers.get());
            return true;
        } catch (RuntimeException e) {
            healthBeforeStart = Health.waiting("control has not been read yet: " + e.getMessage());
            if (isFirst) {
                // A failure without the cluster as its cause is a bug, and must be visible.
                LOG.atWarn()
                        .setCause(e instanceof KafkaException ? null : e)
                        .log("control cannot be read yet: {}", e.getMessage());
            }
            return false;
        }
    }

    private synchronized void onStarted(ControlFollower started) {
        follower = started;
        if (!thread.isOpen()) {
            started.close();
        }
    }

    @Override
    public synchronized Optional<ControlState> state() {
        return follower == null ? Optional.empty() : Optional.of(follower.state());
    }

    @Override
    public synchronized Health health() {
        return follower == null ? healthBeforeStart : follower.health();
    }

    @Override
    public synchronized void close() {
        thread.stop();
        if (follower != null) {
            follower.close();
        }
    }
}
