package dev.millrace.standalone.report;

import dev.millrace.standalone.console.Terminal;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * Says on a terminal how far a long reading is, on a line that is drawn over; nothing elsewhere, or
 * in the first second. Of one thread.
 */
public final class ProgressLine implements AutoCloseable {
    private static final Duration SHORT = Duration.ofSeconds(1);
    private static final Duration INTERVAL = Duration.ofMillis(200);
    private static final String CLEAR_LINE = "\r\u001b[2K";
    private static final int ALL = 100;

    private final Terminal terminal;
    private final LongSupplier nanos;
    private long nextNanos;
    private boolean isDrawn;

    /**
     * @param nanos the clock
     */
    public ProgressLine(Terminal terminal, LongSupplier nanos) {
        this.terminal = terminal;
        this.nanos = nanos;
        nextNanos = nanos.getAsLong() + SHORT.toNanos();
    }

    /**
     * Draws it, when it is time to.
     *
     * @param part of the reading that is done, 0 to 1
     */
    void onProgress(double part, long events) {
        var now = nanos.getAsLong();
        if (terminal.interactive() && now - nextNanos >= 0) {
            nextNanos = now + INTERVAL.toNanos();
            isDrawn = true;
            var percent = (int) (Math.min(part, 1) * ALL);
            draw(String.format(Locale.ROOT, "reading: %d %%, %,d cost events", percent, events));
        }
    }

    private void draw(String text) {
        terminal.err().print(CLEAR_LINE + text);
        terminal.err().flush();
    }

    /** Removes it. */
    @Override
    public void close() {
        if (isDrawn) {
            draw("");
        }
    }
}
