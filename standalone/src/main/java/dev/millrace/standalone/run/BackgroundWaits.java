package dev.millrace.standalone.run;

import dev.millrace.contracts.service.StoppableThread;
import dev.millrace.contracts.waiting.Waiting;
import dev.millrace.standalone.cluster.TopicAdminException;
import dev.millrace.standalone.console.UserError;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads why the jobs of a run wait. Uses a dedicated thread, because reading queries the cluster. A
 * short run ends before the first reading.
 */
final class BackgroundWaits implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BackgroundWaits.class);
    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private final Supplier<List<Waiting>> source;
    private final StoppableThread thread;
    private volatile List<Waiting> latest = List.of();

    /**
     * Starts reading.
     *
     * @param source may throw a {@link UserError} or {@link TopicAdminException}
     */
    BackgroundWaits(Supplier<List<Waiting>> source) {
        this.source = source;
        thread = StoppableThread.every(INTERVAL, "millrace-waits", () -> latest = read());
        thread.start();
    }

    private List<Waiting> read() {
        try {
            return source.get();
        } catch (UserError | TopicAdminException | KafkaException e) {
            LOG.atDebug().addKeyValue("problem", e.getMessage()).log("waits cannot be read");
            return latest;
        }
    }

    /** Returns the result of the last successful reading; empty before it. */
    List<Waiting> latest() {
        return latest;
    }

    /** Ends the thread, without waiting for a reading. */
    @Override
    public void close() {
        thread.interrupt();
    }
}
