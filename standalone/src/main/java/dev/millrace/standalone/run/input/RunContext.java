package dev.millrace.standalone.run.input;

import dev.millrace.contracts.config.MillraceConfig;
import dev.millrace.standalone.console.StopSignals;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.data.DataDirectory;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * Environment of a run.
 *
 * @param jdbcUrl URL of the sink's database
 * @param interrupts signals that the user wants to stop the run
 * @param nanos ticker, in nanoseconds
 * @param startNanos tick at which the program started
 */
public record RunContext(
        MillraceConfig config,
        DataDirectory data,
        String jdbcUrl,
        Terminal terminal,
        StopSignals interrupts,
        InstantSource clock,
        LongSupplier nanos,
        long startNanos) {}
