package dev.millrace.worker.port;

import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The loop's two clocks.
 *
 * @param dates for deadlines and waits that are told as points in time
 * @param ticker nanoseconds for durations; compared by subtraction
 */
public record LoopClock(InstantSource dates, LongSupplier ticker) {
    public long nanos() {
        return ticker.getAsLong();
    }

    public Instant now() {
        return dates.instant();
    }
}
