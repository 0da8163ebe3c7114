package dev.millrace.worker.kafka;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/** An admin client that is made by the first thread that needs it: making it takes its time. */
final class SharedAdmin implements AutoCloseable {
    private final Map<String, Object> properties;
    private @Nullable Admin admin;
    private final CountDownLatch closed = new CountDownLatch(1);

    SharedAdmin(Map<String, Object> properties) {
        this.properties = Map.copyOf(properties);
    }

    /**
     * The client. May take a while the first time.
     *
     * @throws KafkaException when none can be made, as when no broker's name can be resolved
     * @throws InterruptException when this is closed
     */
    synchronized Admin get() {
        if (closed.getCount() == 0) {
            throw new InterruptException("closed");
        }
        var current = admin == null ? Admin.create(properties) : admin;
        admin = current;
        return current;
    }

    /** Lets time pass until something is tried again, or until this is closed. */
    void pause(Duration pause) throws InterruptedException {
        boolean _ = closed.await(pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public synchronized void close() {
        closed.countDown();
        if (admin != null) {
            admin.close(Duration.ZERO);
        }
    }
}
