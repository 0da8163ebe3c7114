package dev.millrace.standalone.run;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.standalone.console.StopSignals;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.data.DataDirectory;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Environment of a run.
 *
 * @param jdbcUrl URL of the sink's database
 * @param interrupts signals that the user wants to stop the run
 * @param nanos ticker, in nanoseconds
 * @param startNanos tick at which the program started
 * @param random adds jitter to retries
 */
record RunContext(
        MillraceConfig config,
        DataDirectory data,
        String jdbcUrl,
        Terminal terminal,
        StopSignals interrupts,
        InstantSource clock,
        LongSupplier nanos,
        long startNanos,
        RandomGenerator random) {}
