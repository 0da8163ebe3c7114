package dev.millrace.router.background;

import dev.millrace.control.ControlFollower;
import dev.millrace.router.cache.similar.EmbeddingThread;
import java.time.Duration;
import org.apache.kafka.clients.admin.Admin;

/** The clients and threads that run in addition to the stream threads of a router. */
public record BackgroundTasks(
        Admin admin,
        ControlFollower control,
        PauseFollower pauses,
        RequestCleanup cleanup,
        LostJobDetector lostJobs,
        EmbeddingThread embeddings) {
    /** Stops the threads and closes the clients. */
    public void close() {
        embeddings.close();
        lostJobs.close();
        cleanup.close();
        pauses.close();
        control.close();
        admin.close(Duration.ZERO);
    }
}
