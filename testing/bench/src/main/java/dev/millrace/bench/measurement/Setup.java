package dev.millrace.bench.measurement;

import dev.millrace.standalone.console.Terminal;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * What a measurement works with.
 *
 * @param terminal for progress messages
 * @param clock time of records
 * @param ticker monotonic nanoseconds
 */
public record Setup(
        WorkFolder folder, Terminal terminal, InstantSource clock, LongSupplier ticker) {
    /** Prints a progress message. */
    public void say(String line) {
        terminal.say(line);
    }
}
