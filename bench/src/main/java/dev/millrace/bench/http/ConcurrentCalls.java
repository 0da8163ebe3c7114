package dev.millrace.bench.http;

import com.sun.management.OperatingSystemMXBean;
import dev.millrace.bench.figures.LatencyPercentiles;
import dev.millrace.bench.process.PeakMemory;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps calls in flight, each on its own virtual thread, and measures them. */
final class ConcurrentCalls {
    private static final Logger LOG = LoggerFactory.getLogger(ConcurrentCalls.class);

    /**
     * Time between two connections at the start. Client and server need about 4 ms of two cores for
     * a TLS handshake, besides the calls of the connections that are open already; if connections
     * came faster, some would time out.
     */
    private static final Duration CONNECTION_PACE = Duration.ofMillis(10);

    /**
     * After the first call of each thread, the JIT compilers get this part of the measured time.
     */
    private static final int WARM_UP_DIVISOR = 2;

    /** More calls than this are counted, but have no part in the percentiles. */
    private static final int MAX_SAMPLES = 2_000_000;

    private static final double BYTES_PER_KIB = 1 << 10;

    private final HttpTrial trial;
    private final LongSupplier nanos;
    private final OperatingSystemMXBean system =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private final long[] samples = new long[MAX_SAMPLES];
    private final AtomicInteger finished = new AtomicInteger();
    private final AtomicLong failures = new AtomicLong();
    private volatile Stage stage = Stage.WARM_UP;

    private enum Stage {
        WARM_UP,
        MEASURED,
        MEASURING_HEAP,
        ENDING
    }

    ConcurrentCalls(HttpTrial trial, LongSupplier nanos) {
        this.trial = trial;
        this.nanos = nanos;
    }

    /**
     * Runs the measurement; blocks until its last call has ended.
     *
     * @throws IOException if the client cannot be created
     */
    HttpRow measure() throws IOException, InterruptedException {
        long heapBefore = liveHeapBytes();
        try (var caller = HttpCaller.of(trial, nanos)) {
            return measure(caller, heapBefore);
        }
    }

    private HttpRow measure(HttpCaller caller, long heapBefore) throws InterruptedException {
        var connected = new CountDownLatch(trial.inFlight());
        var ended = new CountDownLatch(trial.inFlight());
        for (int i = 0; i < trial.inFlight(); i++) {
            int thread = i;
            Thread.ofVirtual()
                    .start(
                            () -> {
                                repeat(caller, thread, connected);
                                ended.countDown();
                            });
        }
        connected.await();
        Thread.sleep(trial.time().dividedBy(WARM_UP_DIVISOR));
        long cpu = system.getProcessCpuTime();
        long start = nanos.getAsLong();
        stage = Stage.MEASURED;
        Thread.sleep(trial.time());
        stage = Stage.MEASURING_HEAP;
        double seconds = (nanos.getAsLong() - start) / (double) TimeUnit.SECONDS.toNanos(1);
        cpu = system.getProcessCpuTime() - cpu;
        long heap = liveHeapBytes() - heapBefore;
        stage = Stage.ENDING;
        ended.await();
        return row(seconds, cpu, heap);
    }

    private HttpRow row(double seconds, long cpuNanos, long heapBytes) {
        int calls = Math.max(1, finished.get());
        var excess = LatencyPercentiles.of(Arrays.copyOf(samples, Math.min(calls, MAX_SAMPLES)));
        return new HttpRow(
                finished.get() / seconds,
                cpuNanos / (double) TimeUnit.MICROSECONDS.toNanos(1) / calls,
                excess.p50(),
                excess.p99(),
                heapBytes / BYTES_PER_KIB / trial.inFlight(),
                PeakMemory.residentMib(ProcessHandle.current().pid()),
                failures.get());
    }

    private void repeat(HttpCaller caller, int thread, CountDownLatch connected) {
        try {
            Thread.sleep(CONNECTION_PACE.multipliedBy(thread));
            call(caller, thread);
            connected.countDown();
            while (stage != Stage.ENDING) {
                call(caller, thread);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("a call was interrupted unexpectedly", e);
        }
    }

    private void call(HttpCaller caller, int thread) throws InterruptedException {
        long start = nanos.getAsLong();
        try {
            caller.call(thread);
        } catch (IOException e) {
            if (failures.getAndIncrement() == 0) {
                LOG.atWarn().addKeyValue("reason", e.toString()).log("the first failed call");
            }
            return;
        }
        if (stage == Stage.MEASURED) {
            int sample = finished.getAndIncrement();
            if (sample < MAX_SAMPLES) {
                samples[sample] = nanos.getAsLong() - start - trial.latency().toNanos();
            }
        }
    }

    private static long liveHeapBytes() {
        Runtime runtime = Runtime.getRuntime();
        runtime.gc();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
