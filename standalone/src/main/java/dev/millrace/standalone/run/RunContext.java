package dev.millrace.standalone.run;

import dev.millrace.contracts.config.MillraceConfig;
import dev.millrace.standalone.console.StopSignals;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.data.DataDirectory;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * Where a run takes place.
 *
 * @param jdbcUrl of the sink's database
 * @param interrupts tells when the user wants it to stop
 * @param nanos a ticker
 * @param startNanos when the program was started, on that ticker
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
