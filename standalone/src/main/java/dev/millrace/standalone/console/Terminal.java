package dev.millrace.standalone.console;

import java.io.Console;
import java.io.PrintStream;
import java.util.Optional;

/**
 * The output streams of a command: its result goes to {@code out}, everything else to {@code err}.
 *
 * @param interactive true on a terminal, where a progress line can be redrawn
 */
public record Terminal(PrintStream out, PrintStream err, boolean interactive) {
    private static final String CLEAR_LINE = "\r\u001b[2K";
    private static final int BAR_CHARS = 24;

    /** Returns the streams of this process. */
    public static Terminal system() {
        boolean interactive =
                Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
        return new Terminal(System.out, System.err, interactive);
    }

    /** Prints that answers are simulated, so that no user mistakes them for real ones. */
    public void announceSimulation() {
        say("*** SIMULATED: every answer comes from the built-in simulator, for free ***");
    }

    /** Prints an informational line to standard error. */
    public void say(String line) {
        err.println(line);
    }

    /** Redraws the last line of an interactive terminal; an empty line clears it. */
    public void redraw(String line) {
        err.print(CLEAR_LINE + line);
        err.flush();
    }

    /** Returns a bar for the fraction of the work that is done, 0 to 1. */
    public static String bar(double fraction) {
        int full = (int) (fraction * BAR_CHARS);
        return "[" + "#".repeat(full) + "-".repeat(BAR_CHARS - full) + "]";
    }
}
