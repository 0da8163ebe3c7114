package dev.millrace.bench.store;

import java.util.Locale;

/**
 * The figures of one trial.
 *
 * @param rowsPerSecond results and cost events stored per second, after the warm-up
 * @param cpuMicros processor time of the process for each row
 * @param liveHeapMib heap in use after a full collection at the end
 * @param residentMib peak resident memory of the process
 */
public record StoreRow(double rowsPerSecond, double cpuMicros, long liveHeapMib, long residentMib) {
    private static final int BYTES_PER_MIB = 1 << 20;

    /** Returns the figures of this process. */
    static StoreRow of(RowMeter meter, long residentMib) {
        Runtime runtime = Runtime.getRuntime();
        runtime.gc();
        return new StoreRow(
                meter.rowsPerSecond(),
                meter.cpuMicrosPerRow(),
                (runtime.totalMemory() - runtime.freeMemory()) / BYTES_PER_MIB,
                residentMib);
    }

    /** Returns the figures as one line, which {@link #parse} reads. */
    String line() {
        return String.format(
                Locale.ROOT, "%f %f %d %d", rowsPerSecond, cpuMicros, liveHeapMib, residentMib);
    }

    /** Reads the figures that a program printed. */
    public static StoreRow parse(String line) {
        String[] figures = line.strip().split(" ", -1);
        return new StoreRow(
                Double.parseDouble(figures[0]),
                Double.parseDouble(figures[1]),
                Long.parseLong(figures[2]),
                Long.parseLong(figures[3]));
    }
}
