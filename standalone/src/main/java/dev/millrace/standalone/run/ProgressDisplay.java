package dev.millrace.standalone.run;

import dev.millrace.contracts.money.Usd;
import dev.millrace.standalone.console.Terminal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Shows a run's progress: a bar that is drawn over on a terminal, a plain line every few seconds
 * otherwise. Used by the main thread alone.
 */
final class ProgressDisplay {
    private static final Duration BAR_INTERVAL = Duration.ofMillis(200);
    private static final Duration LINE_INTERVAL = Duration.ofSeconds(5);
    private static final int BAR_CHARS = 24;
    private static final int SHOWN_DECIMALS = 4;
    private static final int SECONDS_PER_MINUTE = 60;
    private static final int SECONDS_PER_HOUR = 3_600;
    private static final String CLEAR_LINE = "\r\u001b[2K";

    private final Terminal terminal;
    private final long intervalNanos;
    private long nextNanos;

    ProgressDisplay(Terminal terminal, long nowNanos) {
        this.terminal = terminal;
        intervalNanos = (terminal.interactive() ? BAR_INTERVAL : LINE_INTERVAL).toNanos();
        nextNanos = nowNanos + intervalNanos;
    }

    /** Shows where things stand, when it is time to. */
    void onTick(long nowNanos, Supplier<Progress.View> view) {
        if (nowNanos - nextNanos < 0) {
            return;
        }
        nextNanos = nowNanos + intervalNanos;
        if (terminal.interactive()) {
            terminal.err().print(CLEAR_LINE + bar(view.get()));
            terminal.err().flush();
        } else {
            terminal.say(line(view.get()));
        }
    }

    /** Removes the bar. */
    void end() {
        if (terminal.interactive()) {
            terminal.err().print(CLEAR_LINE);
            terminal.err().flush();
        }
    }

    static String bar(Progress.View view) {
        double part = view.total() == 0 ? 1 : (double) view.done() / view.total();
        int full = (int) (part * BAR_CHARS);
        return "["
                + "#".repeat(full)
                + "-".repeat(BAR_CHARS - full)
                + "] "
                + String.format(Locale.ROOT, "%3d %% ", (int) (part * 100))
                + line(view);
    }

    static String line(Progress.View view) {
        String cost = Usd.text(view.costUsd().setScale(SHOWN_DECIMALS, RoundingMode.HALF_UP));
        String text =
                String.format(
                        Locale.ROOT,
                        "%,d of %,d done, %,d failed, %,.0f jobs/s, %s USD",
                        view.done(),
                        view.total(),
                        view.failed(),
                        view.perSecond(),
                        cost);
        return view.secondsLeft() == null || view.done() == view.total()
                ? text
                : text + ", " + duration(Math.round(view.secondsLeft())) + " left";
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
