package dev.millrace.bench.measurement;

import java.io.IOException;

/** Measures something and reports the figures. */
@FunctionalInterface
public interface Measurement {
    /**
     * Measures. Blocks until the measurement ends.
     *
     * @throws IOException when a process does not start or ends early
     */
    Report measure(Setup setup) throws IOException, InterruptedException;
}
