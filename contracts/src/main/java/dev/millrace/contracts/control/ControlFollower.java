package dev.millrace.contracts.control;

import dev.millrace.contracts.service.Health;
import dev.millrace.contracts.service.Service;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the control topic: whoever asks for the {@link #state()} gets what committed records say,
 * usually some milliseconds after their commit. While the cluster cannot be reached the last state
 * holds.
 *
 * <p>A thread of its own reads; every method may be called from any thread.
 */
public final class ControlFollower implements Service {
    private static final Logger LOG = LoggerFactory.getLogger(ControlFollower.class);
    private static final long RETRY_MILLIS = 1_000;

    private final Supplier<ControlReader> readers;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread thread;

    /** Made and closed by the follower's thread; others only wake it up. */
    private volatile @Nullable ControlReader reader;

    private volatile ControlState state;
    private volatile Health health;

    private ControlFollower(
            Supplier<ControlReader> readers, ControlReader reader, ControlState state) {
        this.readers = readers;
        this.reader = reader;
        this.state = state;
        health = following(state);
        thread = Thread.ofPlatform().name("millrace-control").daemon().unstarted(this::run);
    }

    /**
     * Reads the topic to its end, and then goes on.
     *
     * @param kafka client properties as the configuration has them
     * @param prefix what the names of our topics begin with
     * @throws KafkaException when the topic is not there or cannot be read to its end
     */
    public static ControlFollower start(Map<String, String> kafka, String prefix) {
        var clients = new ControlClients(kafka, prefix);
        return start(() -> ControlReader.of(clients, null));
    }

    /**
     * As {@link #start(Map, String)}.
     *
     * @param readers asked for another one whenever one has failed
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
     * Reads the topic to its end, once.
     *
     * @throws KafkaException when the topic is not there or cannot be read to its end
     */
    public static ControlState read(Map<String, String> kafka, String prefix) {
        try (var reader = ControlReader.of(new ControlClients(kafka, prefix), null)) {
            return reader.readToEnd();
        }
    }

    /** What control says now. */
    public ControlState state() {
        return state;
    }

    @Override
    public Health health() {
        return health;
    }

    private void run() {
        try {
            while (stopping.getCount() > 0) {
                runOnce();
            }
            health = Health.stopped("closed");
        } catch (RuntimeException | Error e) {
            health = Health.stopped("control is no longer followed: " + e);
            LOG.atError().setCause(e).log("Control is no longer followed");
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
                LOG.atInfo().log("Control is followed again");
            } else if (current.poll()) {
                state = current.state();
            }
            health = following(state);
        } catch (WakeupException e) {
            // Closing: the condition of the loop ends it.
        } catch (KafkaException e) {
            onFailure(e);
        }
    }

    private static Health following(ControlState state) {
        return Health.ready(
                state.unreadableVersionsTold().map(it -> "following; " + it).orElse("following"));
    }

    /** The next reader begins at the start of the topic; until it is at the end the state holds. */
    private void onFailure(KafkaException failure) {
        if (health.ready()) {
            LOG.atWarn()
                    .addKeyValue("problem", String.valueOf(failure.getMessage()))
                    .log("Control cannot be read; its last state holds");
        }
        health = Health.waiting("control cannot be read: " + failure.getMessage());
        closeReader();
        try {
            var _ = stopping.await(RETRY_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stopping.countDown();
        }
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
        stopping.countDown();
        var current = reader;
        if (current != null) {
            current.wakeup();
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
