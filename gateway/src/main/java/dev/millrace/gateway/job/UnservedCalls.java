package dev.millrace.gateway.job;

import dev.millrace.contracts.service.StoppableThread;
import dev.millrace.contracts.waiting.Waiting;
import dev.millrace.gateway.job.ServiceWatch.Need;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Refuses the calls that no service serves, so that their clients need not wait for the timeout. A
 * call is held back while it is known that nobody would serve it. A published call whose services
 * have gone is cancelled. Thread-safe.
 */
final class UnservedCalls implements AutoCloseable {
    private static final Duration CHECK_INTERVAL = Duration.ofMillis(250);

    private final ServiceWatch services;
    private final AwaitedJobs awaited;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final StoppableThread thread;

    UnservedCalls(ServiceWatch services, AwaitedJobs awaited) {
        this.services = services;
        this.awaited = awaited;
        thread = StoppableThread.every(CHECK_INTERVAL, "millrace-gateway-services", this::runOnce);
    }

    void start() {
        thread.start();
    }

    /**
     * Waits until a call can be served, or it is not known whether it can.
     *
     * @param sinceNanos when the call came
     * @throws JobRefusal if nobody would serve it
     */
    void awaitServices(Need need, long sinceNanos) {
        while (!services.noteMissing(need).isEmpty()) {
            List<Waiting> lacked = services.lackedBy(need, sinceNanos);
            if (!lacked.isEmpty()) {
                throw JobRefusal.unserved(lacked, "; the request was not accepted");
            }
            if (isStoppedWithin(CHECK_INTERVAL)) {
                throw JobRefusal.unavailable("this gateway is stopping");
            }
            services.refresh();
        }
    }

    private boolean isStoppedWithin(Duration longest) {
        try {
            return stopped.await(longest.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw JobRefusal.unavailable("the wait for a service was interrupted");
        }
    }

    /** Refuses the published calls whose services have gone. */
    void runOnce() {
        if (awaited.hasSubmitted()) {
            services.refresh();
            awaited.forEachSubmitted(this::check);
        }
    }

    private void check(PendingJob job) {
        job.publication()
                .map(it -> services.lackedByPublished(it.need(), it.sinceNanos()))
                .filter(it -> !it.isEmpty())
                .ifPresent(it -> refuse(job, it));
    }

    private void refuse(PendingJob job, List<Waiting> missing) {
        awaited.refuse(
                job,
                JobRefusal.unserved(
                        missing,
                        job.isRepeatable()
                                ? "; repeat the request with the same Idempotency-Key"
                                : "; the request is cancelled"));
    }

    @Override
    public void close() {
        stopped.countDown();
        thread.interrupt();
    }
}
