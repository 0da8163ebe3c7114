package dev.millrace.standalone;

import dev.millrace.standalone.cli.Commands;
import dev.millrace.standalone.log.Logging;

/** Entry point of the command line. */
public final class Main {
    private Main() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] args) {
        Logging.bridge();
        System.exit(Commands.execute(args));
    }
}
