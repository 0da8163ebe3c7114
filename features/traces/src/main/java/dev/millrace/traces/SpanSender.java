package dev.millrace.traces;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends spans in batches from its own thread. Any thread adds spans, and never waits: while the
 * receiver is slow or gone, the queue fills, and further spans are dropped and counted.
 */
final class SpanSender implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SpanSender.class);

    /** Most spans that wait, about a kilobyte each without bodies. */
    static final int QUEUED = 8_192;

    private static final int BATCH = 512;

    /** Time between batches. */
    private static final Duration DELAY = Duration.ofMillis(100);

    private static final Duration SEND_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(5);

    private final SpanExporter exporter;
    private final BlockingQueue<SpanData> queue = new ArrayBlockingQueue<>(QUEUED);
    private final Counter sent;
    private final Counter dropped;
    private final Counter failed;
    private final Thread thread;
    private final CountDownLatch closed = new CountDownLatch(1);

    /** True after a failure, until spans are accepted again. Belongs to the thread. */
    private boolean isFailing;

    SpanSender(SpanExporter exporter, MeterRegistry meters) {
        this.exporter = exporter;
        sent = counter(meters, "sent");
        dropped = counter(meters, "dropped");
        failed = counter(meters, "failed");
        thread = Thread.ofPlatform().name("millrace-traces").daemon().unstarted(this::run);
    }

    private static Counter counter(MeterRegistry meters, String outcome) {
        return meters.counter("millrace.traces.spans", "outcome", outcome);
    }

    SpanSender start() {
        thread.start();
        return this;
    }

    /** Adds a span, or drops it if too many wait. */
    void add(SpanData span) {
        if (!queue.offer(span)) {
            dropped.increment();
        }
    }

    private void run() {
        try {
            while (!closed.await(DELAY.toMillis(), TimeUnit.MILLISECONDS)) {
                runOnce();
            }
            runOnce();
        } catch (InterruptedException e) {
            LOG.debug("interrupted; spans that wait are not sent");
        }
    }

    /** Sends the spans that wait. */
    void runOnce() {
        var batch = new ArrayList<SpanData>();
        while (queue.drainTo(batch, BATCH) > 0) {
            CompletableResultCode result =
                    exporter.export(batch).join(SEND_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            onSent(batch.size(), result);
            batch = new ArrayList<>();
        }
    }

    private void onSent(int spans, CompletableResultCode result) {
        if (result.isSuccess()) {
            sent.increment(spans);
            isFailing = false;
            return;
        }
        failed.increment(spans);
        if (!isFailing) {
            isFailing = true;
            Throwable cause = result.getFailureThrowable();
            LOG.atWarn()
                    .addKeyValue("problem", cause == null ? "no answer in time" : cause.toString())
                    .log(
                            "the receiver of traces (tracing.endpoint) does not accept spans; they"
                                    + " are lost until it does, and nothing else is affected");
        }
    }

    /** Sends what waits, for a short time, and ends the thread. */
    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join(CLOSE_WAIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        var _ = exporter.shutdown();
    }
}
