package dev.millrace.gateway.stream;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** The metrics of streamed answers. {@code docs/metrics.md} lists them. Thread-safe. */
final class StreamMeters {
    private static final String PREFIX = "millrace.gateway.";

    private final Timer firstToken;
    private final AtomicLong open = new AtomicLong();

    StreamMeters(MeterRegistry registry, ChunkMemory memory) {
        firstToken = registry.timer(PREFIX + "first.token");
        Gauge.builder(PREFIX + "streams.open", open::get)
                .description("Streams of answers that have not ended")
                .register(registry);
        Gauge.builder(PREFIX + "chunks.bytes", memory::held)
                .description("Chunks that clients have not been sent yet")
                .register(registry);
        Gauge.builder(PREFIX + "chunks.limit.bytes", memory::maxBytes)
                .description("Memory that such chunks may take")
                .register(registry);
        FunctionCounter.builder(PREFIX + "chunks.overflowed", memory, ChunkMemory::overflowed)
                .description("Chunks without room, whose clients get them with the result")
                .register(registry);
    }

    /** Counts a stream until it ends. */
    void onBegin() {
        open.incrementAndGet();
    }

    void onEnd() {
        open.decrementAndGet();
    }

    /** Records the time from the start of a stream to the first event that its client is sent. */
    void onFirstToken(long nanos) {
        firstToken.record(nanos, TimeUnit.NANOSECONDS);
    }
}
