package dev.millrace.gateway.connection;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The time that the current thread may read from its client. When it has passed, the thread is
 * interrupted, which closes the connection of a blocked virtual thread.
 */
public final class ReadDeadline {
    /** Completed once: with true when the time has passed, with false when the reading ended. */
    private final CompletableFuture<Boolean> hasPassed = new CompletableFuture<>();

    private ReadDeadline() {}

    /** Begins the time of the current thread. */
    public static ReadDeadline begin(Duration time) {
        var deadline = new ReadDeadline();
        Thread reader = Thread.currentThread();
        var _ =
                deadline.hasPassed
                        .completeOnTimeout(true, Math.max(1, time.toNanos()), TimeUnit.NANOSECONDS)
                        .thenAccept(
                                passed -> {
                                    if (passed) {
                                        reader.interrupt();
                                    }
                                });
        return deadline;
    }

    /** Ends the reading. Returns false if the time had passed before. */
    public boolean end() {
        return hasPassed.complete(false);
    }
}
