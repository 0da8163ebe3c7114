package dev.millrace.standalone.run.progress;

import dev.millrace.contracts.money.Usd;
import dev.millrace.standalone.console.Terminal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Shows the progress of a run from the first tick on: as a bar that is redrawn on a terminal, as a
 * plain line every few seconds elsewhere. Used by the main thread only.
 */
public final class ProgressDisplay {
    private static final Duration BAR_INTERVAL = Duration.ofMillis(200);
    private static final Duration LINE_INTERVAL = Duration.ofSeconds(5);
    private static final int BAR_CHARS = 24;
    private static final int SHOWN_DECIMALS = 4;
    private static final int SECONDS_PER_MINUTE = 60;
    private static final int SECONDS_PER_HOUR = 3_600;
    private static final String CLEAR_LINE = "\r\u001b[2K";

    private final Terminal terminal;
    private final LongSupplier nanos;
    private final RunProgress progress;
    private final long intervalNanos;
    private @Nullable Long startNanos;
    private long nextNanos;

    /**
     * Creates a display that shows nothing before the first tick.
     *
     * @param nanos ticker, in nanoseconds
     */
    public ProgressDisplay(Terminal terminal, LongSupplier nanos, RunProgress progress) {
        this.terminal = terminal;
        this.nanos = nanos;
        this.progress = progress;
        intervalNanos = (terminal.interactive() ? BAR_INTERVAL : LINE_INTERVAL).toNanos();
    }

    /** Shows the progress if an interval has passed. The first tick starts the clock. */
    public void onTick() {
        onTick("");
    }

    /**
     * Shows the progress, as {@link #onTick()} does, and why jobs wait.
     *
     * @param waits end of the line
     */
    public void onTick(String waits) {
        long now = nanos.getAsLong();
        if (startNanos == null) {
            startNanos = now;
            nextNanos = now + intervalNanos;
        }
        if (now - nextNanos < 0) {
            return;
        }
        nextNanos = now + intervalNanos;
        RunProgress.Snapshot snapshot = progress.snapshot(startNanos, now);
        if (terminal.interactive()) {
            terminal.err().print(CLEAR_LINE + bar(snapshot) + waits);
            terminal.err().flush();
        } else {
            terminal.say(line(snapshot) + waits);
        }
    }

    /** Removes the bar, so that other lines can be printed. */
    public void clear() {
        if (startNanos != null && terminal.interactive()) {
            terminal.err().print(CLEAR_LINE);
            terminal.err().flush();
        }
    }

    private static String bar(RunProgress.Snapshot snapshot) {
        double fraction = snapshot.total() == 0 ? 1 : (double) snapshot.done() / snapshot.total();
        int full = (int) (fraction * BAR_CHARS);
        return "["
                + "#".repeat(full)
                + "-".repeat(BAR_CHARS - full)
                + "] "
                + String.format(Locale.ROOT, "%3d %% ", (int) (fraction * 100))
                + line(snapshot);
    }

    private static String line(RunProgress.Snapshot snapshot) {
        String cost = Usd.text(snapshot.costUsd().setScale(SHOWN_DECIMALS, RoundingMode.HALF_UP));
        String text =
                String.format(
                        Locale.ROOT,
                        "%,d of %,d done, %,d failed, %,.0f jobs/s, %s USD",
                        snapshot.done(),
                        snapshot.total(),
                        snapshot.failed(),
                        snapshot.perSecond(),
                        cost);
        return snapshot.secondsLeft() == null || snapshot.done() == snapshot.total()
                ? text
                : text + ", " + duration(Math.round(snapshot.secondsLeft())) + " left";
    }

    private static String duration(long seconds) {
        if (seconds < SECONDS_PER_MINUTE) {
            return seconds + " s";
        }
        if (seconds < SECONDS_PER_HOUR) {
            return seconds / SECONDS_PER_MINUTE + " min " + seconds % SECONDS_PER_MINUTE + " s";
        }
        return seconds / SECONDS_PER_HOUR
                + " h "
                + seconds % SECONDS_PER_HOUR / SECONDS_PER_MINUTE
                + " min";
    }
}
