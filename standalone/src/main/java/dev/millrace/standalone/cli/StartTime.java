package dev.millrace.standalone.cli;

import java.time.Duration;
import java.time.Instant;

/** When this program was started, so that "time to first result" is what a user waits. */
final class StartTime {
    private StartTime() {}

    /** On {@link System#nanoTime}; now, where the system does not tell. */
    static long nanos() {
        Instant now = Instant.now();
        Instant started = ProcessHandle.current().info().startInstant().orElse(now);
        return System.nanoTime() - Duration.between(started, now).toNanos();
    }
}
