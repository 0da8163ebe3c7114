package dev.millrace.gateway.connection;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A deadline for the current thread to wait for its client to send or receive. At the deadline, the
 * thread is interrupted, which closes the connection of a blocked virtual thread.
 */
public final class ClientDeadline {
    /** Completed once: with true when the time has passed, with false when the wait ended. */
    private final CompletableFuture<Boolean> hasPassed = new CompletableFuture<>();

    private ClientDeadline() {}

    /** Begins the time of the current thread. */
    public static ClientDeadline begin(Duration time) {
        var deadline = new ClientDeadline();
        Thread waiting = Thread.currentThread();
        var _ =
                deadline.hasPassed
                        .completeOnTimeout(true, Math.max(1, time.toNanos()), TimeUnit.NANOSECONDS)
                        .thenAccept(
                                passed -> {
                                    if (passed) {
                                        waiting.interrupt();
                                    }
                                });
        return deadline;
    }

    /** Ends the wait. Returns false if the time had passed before. */
    public boolean end() {
        return hasPassed.complete(false);
    }
}
