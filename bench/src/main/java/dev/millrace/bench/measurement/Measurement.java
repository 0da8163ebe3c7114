package dev.millrace.bench.measurement;

import java.io.IOException;

/** Measures something and reports the figures. */
@FunctionalInterface
public interface Measurement {
    /**
     * Measures, and blocks meanwhile.
     *
     * @throws IOException when a process does not start or ends early
     */
    Report measure(Setup setup) throws IOException, InterruptedException;
}
