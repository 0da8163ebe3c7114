package dev.millrace.bench.http;

import java.util.Locale;

/**
 * The figures of one measurement.
 *
 * @param callsPerSecond finished calls per second
 * @param cpuMicros CPU time of the client's process per call
 * @param excessP50Millis median of what a call took beyond the server's latency
 * @param excessP99Millis the 99th percentile
 * @param heapKib live heap per call in flight
 * @param residentMib peak resident memory of the client's process
 * @param failures failed calls, warm-up included
 */
record HttpRow(
        double callsPerSecond,
        double cpuMicros,
        double excessP50Millis,
        double excessP99Millis,
        double heapKib,
        long residentMib,
        long failures) {
    private static final String BLANK = " ";

    /** Returns the figures as one line, which {@link #parse} reads. */
    String line() {
        return String.format(
                Locale.ROOT,
                "%f %f %f %f %f %d %d",
                callsPerSecond,
                cpuMicros,
                excessP50Millis,
                excessP99Millis,
                heapKib,
                residentMib,
                failures);
    }

    static HttpRow parse(String line) {
        String[] figures = line.strip().split(BLANK, -1);
        return new HttpRow(
                Double.parseDouble(figures[0]),
                Double.parseDouble(figures[1]),
                Double.parseDouble(figures[2]),
                Double.parseDouble(figures[3]),
                Double.parseDouble(figures[4]),
                Long.parseLong(figures[5]),
                Long.parseLong(figures[6]));
    }
}
