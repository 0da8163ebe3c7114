package dev.millrace.gateway.file;

import dev.millrace.gateway.store.StorageException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes what has expired at the start and every hour, on a thread of its own. */
public final class Retention implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);
    private static final Duration INTERVAL = Duration.ofHours(1);

    private final List<Cleanup> cleanups;
    private final CountDownLatch stopped = new CountDownLatch(1);

    /** Deletes expired objects of one kind. */
    @FunctionalInterface
    public interface Cleanup {
        void run() throws StorageException;
    }

    private Retention(List<Cleanup> cleanups) {
        this.cleanups = List.copyOf(cleanups);
    }

    /** Starts to delete. */
    public static Retention start(List<Cleanup> cleanups) {
        var retention = new Retention(cleanups);
        var _ = Thread.ofVirtual().name("millrace-gateway-retention").start(retention::run);
        return retention;
    }

    private void run() {
        try {
            do {
                deleteExpired();
            } while (!stopped.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void deleteExpired() {
        for (Cleanup cleanup : cleanups) {
            try {
                cleanup.run();
            } catch (StorageException | RuntimeException e) {
                // Retried after the interval; the cause may be one damaged record.
                LOG.atWarn()
                        .addKeyValue("reason", e.toString())
                        .log("Expired files cannot be deleted now");
            }
        }
    }

    @Override
    public void close() {
        stopped.countDown();
    }
}
