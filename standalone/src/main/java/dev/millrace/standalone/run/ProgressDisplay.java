package dev.millrace.standalone.run;

import dev.millrace.contracts.money.Usd;
import dev.millrace.standalone.console.DurationText;
import dev.millrace.standalone.console.Terminal;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Shows the progress of a run from the first tick on. A terminal gets a bar that is redrawn. Other
 * outputs get plain lines: every few seconds if the figures have changed, and at least once a
 * minute. Used by the main thread only.
 */
final class ProgressDisplay {
    private static final Duration BAR_INTERVAL = Duration.ofMillis(200);
    private static final Duration LINE_INTERVAL = Duration.ofSeconds(5);

    /** Longest time without a plain line. */
    private static final Duration HEARTBEAT = Duration.ofMinutes(1);

    private static final int SHOWN_DECIMALS = 4;

    private final Terminal terminal;
    private final LongSupplier nanos;
    private final RunProgress progress;
    private final long intervalNanos;
    private @Nullable Long startNanos;
    private long nextNanos;
    private String printed = "";
    private long printedNanos;

    /**
     * Creates a display that shows nothing before the first tick.
     *
     * @param nanos ticker, in nanoseconds
     */
    ProgressDisplay(Terminal terminal, LongSupplier nanos, RunProgress progress) {
        this.terminal = terminal;
        this.nanos = nanos;
        this.progress = progress;
        intervalNanos = (terminal.interactive() ? BAR_INTERVAL : LINE_INTERVAL).toNanos();
    }

    /** Shows the progress if an interval has passed. The first tick starts the clock. */
    void onTick() {
        onTick("");
    }

    /**
     * Shows the progress, as {@link #onTick()} does, and what the run does or waits for.
     *
     * @param state end of the line
     */
    void onTick(String state) {
        onTick(state, Optional::of);
    }

    /**
     * Shows the progress, as {@link #onTick(String)} does.
     *
     * @param left returns the time left for the time that the jobs take at the present rate; empty
     *     if it is unknown
     */
    void onTick(String state, Function<Duration, Optional<Duration>> left) {
        long now = nanos.getAsLong();
        if (startNanos == null) {
            startNanos = now;
            nextNanos = now + intervalNanos;
        }
        if (now - nextNanos < 0) {
            return;
        }
        nextNanos = now + intervalNanos;
        RunProgress.Snapshot snapshot = progress.snapshot(now);
        if (terminal.interactive()) {
            terminal.redraw(bar(snapshot, left) + state);
        } else if (!(figures(snapshot) + state).equals(printed)
                || now - printedNanos >= HEARTBEAT.toNanos()) {
            printed = figures(snapshot) + state;
            printedNanos = now;
            terminal.say(line(snapshot, left) + state);
        }
    }

    /** Removes the bar, so that other lines can be printed. */
    void clear() {
        if (startNanos != null && terminal.interactive()) {
            terminal.redraw("");
        }
    }

    private static String bar(
            RunProgress.Snapshot snapshot, Function<Duration, Optional<Duration>> left) {
        double fraction = snapshot.total() == 0 ? 1 : (double) snapshot.done() / snapshot.total();
        return Terminal.bar(fraction)
                + String.format(Locale.ROOT, " %3d %% ", (int) (fraction * 100))
                + line(snapshot, left);
    }

    private static String line(
            RunProgress.Snapshot snapshot, Function<Duration, Optional<Duration>> left) {
        String text =
                figures(snapshot)
                        + String.format(Locale.ROOT, ", %,.0f jobs/s", snapshot.perSecond());
        return snapshot.secondsLeft() == null || snapshot.done() == snapshot.total()
                ? text
                : text
                        + left.apply(Duration.ofSeconds(Math.round(snapshot.secondsLeft())))
                                .map(it -> ", " + DurationText.of(it) + " left")
                                .orElse("");
    }

    /** Returns the figures, which change only when something has happened. */
    private static String figures(RunProgress.Snapshot snapshot) {
        String cost = usd(snapshot.costUsd());
        return String.format(
                Locale.ROOT,
                "%,d of %,d done, %,d failed, %s USD",
                snapshot.done(),
                snapshot.total(),
                snapshot.failed(),
                snapshot.expectedUsd() == null || snapshot.done() == snapshot.total()
                        ? cost
                        : cost + " of about " + usd(snapshot.expectedUsd()));
    }

    private static String usd(BigDecimal amount) {
        return Usd.text(amount.setScale(SHOWN_DECIMALS, RoundingMode.HALF_UP));
    }
}
