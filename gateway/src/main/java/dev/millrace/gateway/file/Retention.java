package dev.millrace.gateway.file;

import dev.millrace.contracts.service.StoppableThread;
import dev.millrace.gateway.store.StorageException;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes expired data, once at the start and then every hour, on its own thread. */
public final class Retention implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);
    private static final Duration INTERVAL = Duration.ofHours(1);

    private final List<Cleanup> cleanups;
    private final StoppableThread thread =
            StoppableThread.nowAndEvery(
                    INTERVAL, "millrace-gateway-retention", this::deleteExpired);

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
        retention.thread.start();
        return retention;
    }

    private void deleteExpired() {
        for (Cleanup cleanup : cleanups) {
            try {
                cleanup.run();
            } catch (StorageException | RuntimeException e) {
                // Retried after the interval.
                LOG.atWarn()
                        .addKeyValue("reason", e.toString())
                        .log("Expired files cannot be deleted now");
            }
        }
    }

    @Override
    public void close() {
        thread.stop();
    }
}
