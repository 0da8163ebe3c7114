package dev.millrace.worker.loop;

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
    long nanos() {
        return ticker.getAsLong();
    }

    Instant now() {
        return dates.instant();
    }
}
