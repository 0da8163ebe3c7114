package dev.millrace.standalone.policy.report;

import dev.millrace.standalone.console.Terminal;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * Shows the progress of a long read on a terminal, on a line that is redrawn. Shows nothing during
 * the first second, or when the output is not a terminal. Used by one thread.
 */
public final class ProgressLine implements AutoCloseable {
    private static final Duration DELAY = Duration.ofSeconds(1);
    private static final Duration INTERVAL = Duration.ofMillis(200);
    private static final int PERCENT = 100;

    private final Terminal terminal;
    private final LongSupplier nanos;
    private long nextNanos;
    private boolean isDrawn;

    /**
     * Creates a line that shows nothing yet.
     *
     * @param nanos ticker, in nanoseconds
     */
    public ProgressLine(Terminal terminal, LongSupplier nanos) {
        this.terminal = terminal;
        this.nanos = nanos;
        nextNanos = nanos.getAsLong() + DELAY.toNanos();
    }

    /**
     * Redraws the line if an interval has passed.
     *
     * @param fraction fraction of the events that has been read, 0 to 1
     */
    void onProgress(double fraction, long events) {
        var now = nanos.getAsLong();
        if (terminal.interactive() && now - nextNanos >= 0) {
            nextNanos = now + INTERVAL.toNanos();
            isDrawn = true;
            var percent = (int) (Math.min(fraction, 1) * PERCENT);
            terminal.redraw(
                    String.format(Locale.ROOT, "reading: %d %%, %,d cost events", percent, events));
        }
    }

    /** Clears the line. */
    @Override
    public void close() {
        if (isDrawn) {
            terminal.redraw("");
        }
    }
}
