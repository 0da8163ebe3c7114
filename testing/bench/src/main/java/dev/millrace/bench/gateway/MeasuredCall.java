package dev.millrace.bench.gateway;

import java.io.IOException;

/** A call whose time is measured. Called from many threads. */
@FunctionalInterface
interface MeasuredCall {
    /**
     * Makes one call, and returns the measured time in nanoseconds.
     *
     * @throws IOException when the call fails or its answer is wrong
     */
    long call() throws IOException, InterruptedException;
}
