package dev.millrace.worker.port;

import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The two clocks of the loop.
 *
 * @param dates for deadlines and waits that are given as points in time
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
