package dev.millrace.control;

import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.service.Health;
import dev.millrace.contracts.service.Service;
import dev.millrace.contracts.service.StoppableThread;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the control topic. {@link #state()} reflects committed records, usually a few
 * milliseconds after their commit. While the cluster is unreachable, the last state is kept.
 *
 * <p>Reads on its own thread; every method can be called from any thread.
 */
public final class ControlFollower implements Service {
    private static final Logger LOG = LoggerFactory.getLogger(ControlFollower.class);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Supplier<ControlReader> readers;
    private final StoppableThread thread;

    /** Created and closed by the follower's thread; other threads only call {@code wakeup}. */
    private volatile @Nullable ControlReader reader;

    private volatile ControlState state;
    private volatile Health health;

    private ControlFollower(
            Supplier<ControlReader> readers, ControlReader reader, ControlState state) {
        this.readers = readers;
        this.reader = reader;
        this.state = state;
        health = following(state);
        thread = StoppableThread.of("millrace-control", this::run);
    }

    /**
     * Reads the topic to its end, then starts following it.
     *
     * @param kafka client properties from the configuration
     * @param prefix prefix of all Millrace topic names
     * @throws KafkaException if the topic does not exist or cannot be read to its end
     */
    public static ControlFollower start(Map<String, String> kafka, String prefix) {
        var clients = new ControlClients(kafka, prefix);
        return start(() -> ControlReader.of(clients, null));
    }

    /**
     * Like {@link #start(Map, String)}.
     *
     * @param readers supplies a new reader after each failure
     */
    static ControlFollower start(Supplier<ControlReader> readers) {
        var reader = readers.get();
        try {
            var follower = new ControlFollower(readers, reader, reader.readToEnd());
            follower.thread.start();
            return follower;
        } catch (RuntimeException e) {
            reader.close();
            throw e;
        }
    }

    /**
     * Reads the topic to its end once.
     *
     * @throws KafkaException if the topic does not exist or cannot be read to its end
     */
    public static ControlState read(Map<String, String> kafka, String prefix) {
        try (var reader = ControlReader.of(new ControlClients(kafka, prefix), null)) {
            return reader.readToEnd();
        }
    }

    /** Returns the last state that was read. */
    public ControlState state() {
        return state;
    }

    @Override
    public Health health() {
        return health;
    }

    private void run() {
        try {
            while (thread.isOpen()) {
                runOnce();
            }
            health = Health.stopped("closed");
        } catch (RuntimeException | Error e) {
            health = Health.stopped("the control topic is no longer followed: " + e);
            LOG.atError()
                    .setCause(e)
                    .log("The control topic is no longer followed because of an unexpected error");
        } finally {
            closeReader();
        }
    }

    private void runOnce() {
        try {
            var current = reader;
            if (current == null) {
                reader = readers.get();
                state = Objects.requireNonNull(reader).readToEnd();
                LOG.atInfo().log("The control topic is readable again");
            } else if (current.poll()) {
                state = current.state();
            }
            health = following(state);
        } catch (WakeupException e) {
            // close() was called, and the loop condition ends the thread.
        } catch (KafkaException e) {
            onFailure(e);
        }
    }

    private static Health following(ControlState state) {
        return Health.ready(
                state.unreadableVersionsMessage()
                        .map(it -> "following; " + it)
                        .orElse("following"));
    }

    /**
     * Closes the reader and waits. The next reader starts at the beginning of the topic; the last
     * state remains until that reader has reached the end.
     */
    private void onFailure(KafkaException failure) {
        if (health.ready()) {
            LOG.atWarn()
                    .addKeyValue("problem", String.valueOf(failure.getMessage()))
                    .log("The control topic cannot be read; its last state remains in effect");
        }
        health = Health.waiting("the control topic cannot be read: " + failure.getMessage());
        closeReader();
        var _ = thread.pause(RETRY);
    }

    private void closeReader() {
        var current = reader;
        reader = null;
        if (current != null) {
            current.close();
        }
    }

    @Override
    public void close() {
        thread.stop();
        var current = reader;
        if (current != null) {
            current.wakeup();
        }
        thread.close();
    }
}
