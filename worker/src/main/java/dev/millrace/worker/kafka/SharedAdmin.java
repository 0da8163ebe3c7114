package dev.millrace.worker.kafka;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/** Creates the admin client on first use, because creation takes time. */
final class SharedAdmin implements AutoCloseable {
    private final Map<String, Object> properties;
    private @Nullable Admin admin;
    private final CountDownLatch closed = new CountDownLatch(1);

    SharedAdmin(Map<String, Object> properties) {
        this.properties = Map.copyOf(properties);
    }

    /**
     * Returns the client. The first call may take a while.
     *
     * @throws KafkaException if the client cannot be created, for example because no broker's name
     *     can be resolved
     * @throws InterruptException if this object is closed
     */
    synchronized Admin get() {
        if (closed.getCount() == 0) {
            throw new InterruptException("closed");
        }
        var current = admin == null ? Admin.create(properties) : admin;
        admin = current;
        return current;
    }

    /** Waits for the given time, or until this object is closed. */
    void waitFor(Duration wait) throws InterruptedException {
        boolean _ = closed.await(wait.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public synchronized void close() {
        closed.countDown();
        if (admin != null) {
            admin.close(Duration.ZERO);
        }
    }
}
