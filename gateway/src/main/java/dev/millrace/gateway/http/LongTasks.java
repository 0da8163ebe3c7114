package dev.millrace.gateway.http;

import dev.millrace.gateway.connection.ClientConnection;
import dev.millrace.gateway.tenant.TenantSlots;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Computes long tasks of requests, a few at once, each on a dedicated platform thread: on the
 * virtual threads of requests, two tasks could hold up all other requests. Thread-safe.
 */
public final class LongTasks {
    private final String threadName;
    private final TenantSlots slots;
    private final Duration slotWait;
    private final ReentrantLock lock = new ReentrantLock();

    /** Signalled when a slot is free again. */
    private final Condition released = lock.newCondition();

    private final Supplier<ApiError> refusal;

    /**
     * @param slots bounds the number of concurrent tasks
     * @param slotWait longest wait for a slot
     * @param refusal makes the error for a task above the bound
     */
    public LongTasks(
            String threadName, TenantSlots slots, Duration slotWait, Supplier<ApiError> refusal) {
        this.threadName = threadName;
        this.slots = slots;
        this.slotWait = slotWait;
        this.refusal = refusal;
    }

    /**
     * Computes a task, whose exceptions are passed on. Interrupts it if the client of the request
     * goes away.
     *
     * @throws ApiError the refusal, if too many tasks run
     * @throws IOException also if the client has disconnected
     */
    public <T> T compute(String tenant, Callable<T> task) throws IOException, InterruptedException {
        acquire(tenant);
        try {
            return await(new FutureTask<>(task));
        } finally {
            release(tenant);
        }
    }

    private void acquire(String tenant) throws InterruptedException {
        long nanos = slotWait.toNanos();
        lock.lockInterruptibly();
        try {
            while (!slots.tryAcquire(tenant)) {
                if (nanos <= 0) {
                    throw refusal.get();
                }
                nanos = released.awaitNanos(nanos);
            }
        } finally {
            lock.unlock();
        }
    }

    private void release(String tenant) {
        lock.lock();
        try {
            slots.release(tenant);
            released.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private <T> T await(FutureTask<T> task) throws IOException, InterruptedException {
        var thread = Thread.ofPlatform().daemon().name(threadName).start(task);
        try (var _ = ClientConnection.watch(() -> task.cancel(true))) {
            return task.get();
        } catch (CancellationException e) {
            // The web server closes such a connection without a word.
            throw new IOException(new SocketException("the client has gone"));
        } catch (ExecutionException e) {
            throw failure(e);
        } finally {
            var _ = task.cancel(true);
            // The slot is free when nothing computes any more, and no file is in use.
            thread.join();
        }
    }

    private static IOException failure(ExecutionException failed) {
        return switch (failed.getCause()) {
            case IOException e -> e;
            case RuntimeException e -> throw e;
            case null, default -> throw new IllegalStateException(failed);
        };
    }
}
