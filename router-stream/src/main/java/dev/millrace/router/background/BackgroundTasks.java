package dev.millrace.router.background;

import dev.millrace.control.ControlFollower;
import java.time.Duration;
import org.apache.kafka.clients.admin.Admin;

/**
 * The clients and threads that run in addition to the stream threads of a router.
 *
 * @param featuresClosing stops the threads of features
 */
public record BackgroundTasks(
        Admin admin,
        ControlFollower control,
        PauseFollower pauses,
        RequestCleanup cleanup,
        LostJobDetector lostJobs,
        Runnable featuresClosing) {
    /** Stops the threads and closes the clients. */
    public void close() {
        featuresClosing.run();
        lostJobs.close();
        cleanup.close();
        pauses.close();
        control.close();
        admin.close(Duration.ZERO);
    }
}
