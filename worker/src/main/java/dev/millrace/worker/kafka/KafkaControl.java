package dev.millrace.worker.kafka;

import dev.millrace.contracts.control.ControlFollower;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.worker.port.Control;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Control as it is followed. A thread of its own reads it for the first time, again and again until
 * the cluster answers; from then on the follower's thread does.
 */
public final class KafkaControl implements Control {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaControl.class);
    private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(200);

    private final Supplier<ControlFollower> followers;
    private final CountDownLatch closing = new CountDownLatch(1);

    /**
     * Guarded by this; whoever comes second of the one that sets it and {@link #close} closes it.
     */
    private @Nullable ControlFollower follower;

    private KafkaControl(Supplier<ControlFollower> followers) {
        this.followers = followers;
    }

    /** Begins to read, and returns at once. */
    public static KafkaControl open(ClientSettings settings) {
        var control =
                new KafkaControl(() -> ControlFollower.start(settings.user(), settings.prefix()));
        Thread.ofPlatform().name("millrace-worker-control").daemon().start(control::begin);
        return control;
    }

    private void begin() {
        boolean isFirst = true;
        while (closing.getCount() > 0) {
            try {
                take(followers.get());
                return;
            } catch (KafkaException e) {
                if (isFirst) {
                    LOG.atWarn().log("control cannot be read yet: {}", e.getMessage());
                }
                isFirst = false;
                rest();
            }
        }
    }

    private void rest() {
        try {
            var _ = closing.await(BETWEEN_ATTEMPTS.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            closing.countDown();
        }
    }

    private synchronized void take(ControlFollower started) {
        follower = started;
        if (closing.getCount() == 0) {
            started.close();
        }
    }

    @Override
    public synchronized Optional<ControlState> state() {
        return follower == null ? Optional.empty() : Optional.of(follower.state());
    }

    @Override
    public synchronized void close() {
        closing.countDown();
        if (follower != null) {
            follower.close();
        }
    }
}
