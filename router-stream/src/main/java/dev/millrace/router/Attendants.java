package dev.millrace.router;

import dev.millrace.control.ControlFollower;
import java.time.Duration;
import org.apache.kafka.clients.admin.Admin;

/** What runs beside the streams of a router. */
record Attendants(
        Admin admin,
        ControlFollower control,
        Pauses pauses,
        RequestCleanup cleanup,
        LostJobs lost) {
    void close() {
        lost.close();
        cleanup.close();
        pauses.close();
        control.close();
        admin.close(Duration.ZERO);
    }
}
