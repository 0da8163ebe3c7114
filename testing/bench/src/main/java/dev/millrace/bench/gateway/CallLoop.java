package dev.millrace.bench.gateway;

import dev.millrace.bench.figures.LatencyPercentiles;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a number of calls in flight for some time: each virtual thread makes its next call when the
 * last one has ended.
 */
final class CallLoop {
    private static final Logger LOG = LoggerFactory.getLogger(CallLoop.class);

    /** More calls than this are counted, but have no part in the percentiles. */
    private static final int MAX_SAMPLES = 1_000_000;

    /** Before the measurement, calls warm up for this part of its time. */
    private static final int WARM_UP_DIVISOR = 2;

    /** A failed call is not repeated at once, so that failures do not take the processor. */
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(100);

    /** A slow machine may take longer for a call than the measurement was meant to last. */
    private static final Duration LONGEST_CALL = Duration.ofMinutes(1);

    private final MeasuredCall call;
    private final int concurrency;
    private final LongSupplier nanos;
    private final CountDownLatch firstEnd = new CountDownLatch(1);
    private final long[] samples = new long[MAX_SAMPLES];
    private final AtomicInteger finished = new AtomicInteger();
    private final AtomicLong failures = new AtomicLong();
    private volatile Stage stage = Stage.WARM_UP;

    private enum Stage {
        WARM_UP,
        MEASURED,
        ENDING
    }

    private CallLoop(MeasuredCall call, int concurrency, LongSupplier nanos) {
        this.call = call;
        this.concurrency = concurrency;
        this.nanos = nanos;
    }

    /**
     * Measures concurrent calls; blocks until the last one has ended.
     *
     * @param concurrency calls in flight, 1 or more
     * @param time duration of the measurement, without warm-up; longer if no call has ended by then
     * @throws IOException when no call succeeded
     */
    static LoopFigures measure(
            MeasuredCall call, int concurrency, Duration time, LongSupplier nanos)
            throws IOException, InterruptedException {
        return new CallLoop(call, concurrency, nanos).measure(time);
    }

    private LoopFigures measure(Duration time) throws IOException, InterruptedException {
        var ended = new CountDownLatch(concurrency);
        for (int i = 0; i < concurrency; i++) {
            Thread.ofVirtual()
                    .start(
                            () -> {
                                repeat();
                                ended.countDown();
                            });
        }
        Thread.sleep(time.dividedBy(WARM_UP_DIVISOR));
        long start = nanos.getAsLong();
        stage = Stage.MEASURED;
        Thread.sleep(time);
        var _ = firstEnd.await(LONGEST_CALL.toSeconds(), TimeUnit.SECONDS);
        stage = Stage.ENDING;
        double seconds = (nanos.getAsLong() - start) / (double) TimeUnit.SECONDS.toNanos(1);
        ended.await();
        int calls = finished.get();
        if (calls == 0) {
            throw new IOException("no call succeeded; " + failures + " calls failed");
        }
        long[] measured = Arrays.copyOf(samples, Math.min(calls, MAX_SAMPLES));
        return new LoopFigures(calls / seconds, LatencyPercentiles.of(measured), failures.get());
    }

    private void repeat() {
        try {
            while (stage != Stage.ENDING) {
                callOnce();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("a call was interrupted unexpectedly", e);
        }
    }

    private void callOnce() throws InterruptedException {
        try {
            long time = call.call();
            if (stage == Stage.MEASURED) {
                int sample = finished.getAndIncrement();
                if (sample < MAX_SAMPLES) {
                    samples[sample] = time;
                }
                firstEnd.countDown();
            }
        } catch (IOException e) {
            firstEnd.countDown();
            if (failures.getAndIncrement() == 0) {
                LOG.atWarn().addKeyValue("reason", e.toString()).log("the first failed call");
            }
            Thread.sleep(PAUSE_AFTER_FAILURE);
        }
    }
}
