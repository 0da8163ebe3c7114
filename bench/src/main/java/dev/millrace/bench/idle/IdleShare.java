package dev.millrace.bench.idle;

import java.time.Duration;

/**
 * What an idle process took.
 *
 * @param percent of one core
 * @param residentMib most memory
 */
record IdleShare(double percent, long residentMib) {
    private static final double PERCENT = 100.0;

    static IdleShare of(Duration cpu, Duration time, long residentMib) {
        return new IdleShare(PERCENT * cpu.toNanos() / time.toNanos(), residentMib);
    }
}
