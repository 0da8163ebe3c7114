package dev.millrace.bench.idle;

import java.time.Duration;

/**
 * The resources that an idle process used.
 *
 * @param percent CPU time in percent of one core
 * @param residentMib peak resident memory
 */
record IdleUsage(double percent, long residentMib) {
    private static final double PERCENT = 100.0;

    static IdleUsage of(Duration cpu, Duration time, long residentMib) {
        return new IdleUsage(PERCENT * cpu.toNanos() / time.toNanos(), residentMib);
    }
}
