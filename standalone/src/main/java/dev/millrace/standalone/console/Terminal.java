package dev.millrace.standalone.console;

import java.io.Console;
import java.io.PrintStream;
import java.util.Optional;

/**
 * Where a command prints: its product on {@code out}, all else on {@code err}.
 *
 * @param interactive whether a person watches, so that a line may be drawn over
 */
public record Terminal(PrintStream out, PrintStream err, boolean interactive) {

    /** The process's own streams. */
    public static Terminal system() {
        boolean interactive =
                Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
        return new Terminal(System.out, System.err, interactive);
    }

    /** Says that no provider is called, so that nobody takes the answers for real ones. */
    public void sayThatItIsSimulated() {
        say("*** SIMULATED: every answer comes from the built-in simulator, for free ***");
    }

    /** A line of information beside the product. */
    public void say(String line) {
        err.println(line);
    }
}
